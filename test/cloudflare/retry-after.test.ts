import { expect, test } from 'vitest'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { RETRY_AFTERS } from '#test/contracts/retry-afters.ts'

const DAY_MS = 86_400_000
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

test.each(RETRY_AFTERS)(
  'a receiver that answers "Retry-After: %j" is left alone as long as on Node',
  async (given, asks) => {
    const headers = new Headers([given].flat().map((value) => ['retry-after', value] as [string, string]))
    const sender = new HttpCallbackSender({
      fetch: () => Promise.resolve(new Response(null, { status: 429, headers })),
      allowedHosts: [],
      clock: new ManualClock(),
    })
    const message = { tenantId: 't', url: 'https://shop.example/hook', id: 'm', at: 0, body: '{}', secrets: [SECRET] }
    const outcome = await sender.send(message, new AbortController().signal)
    if (outcome.kind !== 'answered') throw new Error('It was not answered.')
    const asked = outcome.retryAfterMs
    expect(asked !== undefined && asked > DAY_MS ? 'beyond' : asked).toBe(asks)
  },
)
