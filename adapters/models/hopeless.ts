import type { RefusalError } from './refusal.ts'
import { retryAfterMsIn } from './retry-after.ts'

// Only a person can mend these: the account, the key, the permission. They come with any status.

/** By the names that servers have for them. */
const KINDS = either([
  /insufficient.?(?:quota|balance|credit|fund)|exceeded.current.quota|billing|payment|arrear/,
  /spend(?:ing)?.?limit|credit.?limit|budget.?exceeded|blocked.api.access|setlimitexceeded|not.?enough.?(?:balance|credit)/,
  /account.?(?:deactivated|suspended|disabled)|access.?terminated/,
  /invalid.?api.?key|authentication|permission|unsupported.?country/,
])

/** In words, where a server has no name for them. A request that is larger than what a minute allows is one of them. */
const WORDS = either([
  /insufficient (?:\w+ )?(?:balance|credits?|funds)|out of credits|all available credits|(?:credit|key) limit exceeded/,
  /exceeded your credit limit|(?:not enough|no) (?:balance|credits)|insufficient_quota|incorrect api key|authenticationerror/,
  /(?:trial|subscription|plan) (?:is |has )?expired|payment (?:is )?(?:overdue|required)/,
  /(?:balance|credits?) (?:is|are) (?:too low|insufficient|exhausted|depleted)/,
  /monthly (?:\w+ )?(?:quota|limit|cap|credits)|\/ ?month\b|spend(?:ing)? (?:limit|cap)|budget has been exceeded/,
  /account (?:\S+ )?(?:is|was|has been) (?:suspended|deactivated|disabled|not active)/,
  /(?:quota|limit|credits?)\b[^.]{0,40} this month|request too large|extra usage is required|\blimit: 0\b/,
  // What is wrong with the request: gateways pass it on with 500.
  /maximum context length|context (?:length|window) (?:is |was |has been )?exceeded|prompt is too long/,
  /(?:request|user) (?:is |was )?(?:not authenticated|unauthenticated)|^(?:not authenticated|unauthorized)\W*$/,
  // Arrears, too low a balance, a locked account.
  /欠费|余额不足|账户已被锁定/,
])

/** Of these, one that names a delay ends by itself. */
const WORDS_WITHOUT_DELAY = /exceeded your current quota|api usage limits|usage limit reached/i

/** Google says the same of the quota of a minute. */
const OF_A_MINUTE = /resource_exhausted/i

function either(parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join('|'), 'i')
}

export function isHopeless(error: RefusalError, now: number): boolean {
  const { kinds } = error
  if (KINDS.test(kinds) || WORDS.test(error.message)) return true
  if (!WORDS_WITHOUT_DELAY.test(error.message) || OF_A_MINUTE.test(kinds)) return false
  return retryAfterMsIn(error, now) === undefined
}
