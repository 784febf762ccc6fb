import { durationMs, retryAfterMs } from '#adapters/web/retry-after.ts'
import { type RefusalError, delayIn, googleDelayIn, passedOnIn } from './refusal.ts'

/** The longest wait that is taken from outside: a day. How long a job really waits is for `domain/job/retry.ts`. */
const LONGEST_MS = 86_400_000

/**
 * How long the provider asks us to wait: the longest of its header and its body; `undefined` when it does not ask.
 */
export function retryAfterMsIn({ head, body, message, status }: RefusalError, now: number): number | undefined {
  const isCrowded = status === 429
  const asked = [
    headersMs(head.headers, { now, isCrowded }),
    headersMs(passedOnIn(body), { now, isCrowded }),
    durationMs(googleDelayIn(body)),
    exactMs(delayIn(body, IN_MS)),
    retryAfterMs(delayIn(body, IN_SECONDS), now),
    durationMs(ASKING.exec(message)?.[1] ?? ''),
    retryAfterMs(ASKING_SECONDS.exec(message)?.[1] ?? '', now),
    clockMs(message, now),
  ].filter((ms) => ms !== undefined)
  return asked.length === 0 ? undefined : Math.min(Math.max(0, ...asked), LONGEST_MS)
}

/** Too many requests may be answered with the time at which there is room again in place of a delay (OpenRouter, Together). */
function headersMs(
  headers: Readonly<Record<string, string>>,
  { now, isCrowded }: { readonly now: number; readonly isCrowded: boolean },
): number | undefined {
  const exact = exactMs(headers['retry-after-ms']) ?? exactMs(headers['x-ms-retry-after-ms'])
  const asked = exact ?? retryAfterMs(headers['retry-after'] ?? '', now)
  return asked ?? (isCrowded ? retryAfterMs(resetIn(headers), now) : undefined)
}

/** When there is room again; where there are several limits, that of the one which is used up. */
function resetIn(headers: Readonly<Record<string, string>>): string {
  const usedUp = ['requests', 'tokens'].filter((what) => headers[`x-ratelimit-remaining-${what}`] === '0')
  const resets = ['x-ratelimit-reset', 'ratelimit-reset', ...usedUp.map((what) => `x-ratelimit-reset-${what}`)]
  const known = resets.map((name) => headers[name]).find((value) => value !== undefined)
  // As the drafts of the IETF have it: `"default";r=0;t=7`, and before that `limit=10, remaining=0, reset=7`.
  return known ?? /\b(?:t|reset)=(\d+)/.exec(headers['ratelimit'] ?? '')?.[1] ?? ''
}

/** What servers that make up a field for it call it; Hugging Face says how long a model takes to load. */
const IN_SECONDS = [
  ...['retry_after', 'retryAfter', 'retry_after_seconds', 'retryAfterSeconds', 'Retry-After', 'retry-after'],
  'estimated_time',
]
const IN_MS = ['retry_after_ms', 'retryAfterMs']

/** "Please try again in 1m30s", "retry after: 20 seconds", "wait about 5 min", "resets in 1 hour and 5 minutes", "retry in PT30S". */
const ASKING =
  /\b(?:try again|retry|wait|resets?)(?![a-z])(?:[ _-](?:in|after|for|at least|about|approximately|around|another))*[\s:=~]*(?:PT)?((?:(?:\d+(?:\.\d+)?|\.\d+)\s*[a-z]+[\s,]*(?:and\s+)?){1,4})/i

/** "Retry after: 30", "retry_after=30", "try again in 30.": seconds, as in the header. */
const ASKING_SECONDS = /(?:try again in|retry[ _-]after)[\s:="']*(\d{1,9}(?:\.\d+)?)(?![\w:-]|\.\d| +[a-z])/i

/** "Try again in 00:01:30" (Azure), "retry after 2026-11-23T12:00:05Z". */
const CLOCK = /(?:try again|retry|resets?)(?: in| after| at)+\s*(?:(\d+):(\d\d):(\d\d)|(\d{4}-\d\d-\d\dT[\d:.]+Z))/i

function clockMs(message: string, now: number): number | undefined {
  const [, hours, minutes, seconds, date] = CLOCK.exec(message) ?? []
  if (date !== undefined) return retryAfterMs(date, now)
  return hours === undefined ? undefined : durationMs(`${hours}h${minutes ?? ''}m${seconds ?? ''}s`)
}

/** The milliseconds that OpenAI and Anthropic send beside `Retry-After`; of a repeated header, the longest. */
function exactMs(value = ''): number | undefined {
  const given = value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const known = given.filter((ms) => ms >= 0 && Number.isFinite(ms))
  return known.length === 0 ? undefined : Math.max(...known)
}
