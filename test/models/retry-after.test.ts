import { describe, expect, test } from 'vitest'
import { RefusalError } from '#adapters/models/refusal.ts'
import { retryAfterMsIn } from '#adapters/models/retry-after.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const DAY = 86_400_000

function asked(headers: Readonly<Record<string, string>>, body: unknown = {}): number | undefined {
  return retryAfterMsIn(new RefusalError({ status: 429, headers }, body), NOW)
}

test('a delay is read where a word begins', () => {
  expect(asked({}, { message: 'See our presets 5 m further down' })).toBeUndefined()
})

describe('Retry-After', () => {
  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': '.5' }, 500],
    [{ 'retry-after': '5.' }, 5000],
    [{ 'retry-after': '.5s' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '30s' }, 30_000],
    [{ 'retry-after': '2, 3' }, 3000],
    [{ 'retry-after': '3,2' }, 3000],
    [{ 'retry-after': '3,' }, 3000],
    [{ 'retry-after': '"+3"' }, 3000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT' }, 5000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT, Mon, 23 Nov 2026 12:00:05 GMT' }, 5000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT, Mon, 23 Nov 2026 12:00:09 GMT' }, 9000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 13:00:05 +0100' }, 5000],
    [{ 'retry-after': 'Tue, 1 Dec 2026 12:00:00 GMT' }, DAY],
    [{ 'retry-after': 'Mon, 99 Nov 2026 12:00:05 GMT' }, undefined],
    [{ 'retry-after': '2026-11-23T12:00:05.000Z' }, 5000],
    [{ 'retry-after': '2026-11-23T13:00:05+01:00' }, 5000],
    [{ 'retry-after': '2026-11-23 12:00:05' }, 5000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'Mon Nov 23 12:00:05 2026' }, 5000],
    [{ 'retry-after': 'Monday, 23-Nov-26 12:00:05 GMT' }, 5000],
    [{ 'retry-after-ms': '', 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, DAY],
    [{ 'retry-after': String(NOW / 1000 + 5) }, 5000],
    [{ 'retry-after': String(NOW + 5000) }, 5000],
    [{ 'retry-after': '31536000' }, DAY],
    [{ 'retry-after': '99999999999999' }, DAY],
    [{ 'retry-after': '9'.repeat(400) }, DAY],
    [{ 'retry-after-ms': '2500', 'retry-after': '3' }, 2500],
    [{ 'retry-after-ms': '1e300' }, DAY],
    [{ 'retry-after-ms': '2000, 3000' }, 3000],
    [{ 'retry-after-ms': '2000, soon' }, 2000],
    [{ 'retry-after': 'PT30S' }, 30_000],
    [{ 'retry-after-ms': 'Infinity', 'retry-after': '3' }, 3000],
    [{ 'retry-after-ms': '-5' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': `1${'9'.repeat(200_000)}!` }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'x-ratelimit-reset': String(NOW + 5000) }, 5000],
    [{ 'x-ratelimit-reset': '7' }, 7000],
    [{ 'ratelimit-reset': '7' }, 7000],
    [{ ratelimit: '"default";r=0;t=7' }, 7000],
    [{ ratelimit: 'limit=10, remaining=0, reset=7' }, 7000],
    [{ 'x-ms-retry-after-ms': '2500' }, 2500],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m30s' }, 90_000],
    [{ 'x-ratelimit-remaining-tokens': '9', 'x-ratelimit-reset-tokens': '1m30s' }, undefined],
    [{ 'x-ratelimit-reset': '7', 'retry-after': '3' }, 3000],
    [{}, undefined],
  ])('%o asks for %s ms', (headers, ms) => {
    expect(asked(headers)).toBe(ms)
  })
})

describe('a delay in the body', () => {
  const retryInfo = (retryDelay: unknown): unknown => [
    { error: { message: 'Exhausted', details: [{ '@type': 'Help' }, { '@type': 'RetryInfo', retryDelay }] } },
  ]

  test.each([
    [retryInfo('37s'), 37_000],
    [retryInfo('0.5s'), 500],
    [retryInfo({ seconds: 37 }), 37_000],
    [retryInfo('9'.repeat(400) + 's'), DAY],
    [{ error: { message: 'Rate limit reached. Please try again in 7.66s. Visit …' } }, 7660],
    [{ error: { message: 'Please try again in 20ms.' } }, 20],
    [{ error: { message: 'Please try again in 1m30s.' } }, 90_000],
    [{ error: { message: 'Please try again in 1h2m3.5s' } }, 3_723_500],
    [{ error: { message: 'Please retry in 37.123s.' } }, 37_123],
    [{ error: { message: 'Please retry after 6 seconds.' } }, 6000],
    [{ error: { message: 'Try again in 5 minutes and be brief' } }, 300_000],
    ['Wait 30 sec', 30_000],
    ['Try again in .5s', 500],
    [{ error: { code: 429, metadata: { headers: { 'X-RateLimit-Reset': String(NOW + 5000) } } } }, 5000],
    [{ error: { code: 429, metadata: { headers: { 'X-RateLimit-Reset': NOW + 5000 } } } }, 5000],
    [{ error: { metadata: { headers: { 'Retry-After': '9' } } } }, 9000],
    [{ error: { metadata: { headers: null } } }, undefined],
    [{ error: { message: 'Try again in 1 hour, 2 minutes and 5 seconds' } }, 3_725_000],
    [{ error: { message: 'Try again in 3 days' } }, DAY],
    [{ error: { message: 'Slow', retry_after: 33 } }, 33_000],
    [{ message: 'Slow', retryAfterMs: '20' }, 20],
    [{ error: { metadata: { retry_after_seconds: '1.5' } } }, 1500],
    [{ error: { retry_after: -1 } }, undefined],
    [{ detail: { error: 'Slow', retry_after: 12 } }, 12_000],
    [{ errors: [{ message: 'Slow', 'Retry-After': 12 }] }, 12_000],
    [{ error: 'Model x is currently loading', estimated_time: 20.5 }, 20_500],
    [{ error: { metadata: { raw: JSON.stringify(retryInfo('37s')) } } }, 37_000],
    [{ message: 'Try again in 00:01:30.' }, 90_000],
    [{ message: 'Please retry after 2026-11-23T12:00:05Z' }, 5000],
    [{ message: 'Please retry after 9999-12-31T23:59:59Z' }, DAY],
    [{ message: 'Retry after: 30' }, 30_000],
    [{ message: 'Slow down (retry_after=1.5).' }, 1500],
    [{ message: 'Rate limited. Try again in 30.' }, 30_000],
    [{ message: 'Please retry in PT1M30S' }, 90_000],
    [{ message: 'Try again in about 5 minutes' }, 300_000],
    [{ message: 'Please wait for another 20 seconds' }, 20_000],
    [{ message: 'Your quota will reset after 2h5m' }, 7_500_000],
    [{ message: 'The limit resets at 2026-11-23T12:00:05Z' }, 5000],
    [{ message: 'Try again in 3 attempts' }, undefined],
    [{ message: 'Retried 3 times' }, undefined],
    [{ error: { message: 'Please try again in 3 apples' } }, undefined],
    [{ error: { message: 'Please try again later' } }, undefined],
    [{ error: { message: 'Limit 30000, used 29000' } }, undefined],
  ])('%j asks for %s ms', (body, ms) => {
    expect(asked({}, body)).toBe(ms)
  })

  test('the time of a reset says nothing where the limit is not what refused', () => {
    const headers = { 'x-ratelimit-reset': '60' }
    expect(retryAfterMsIn(new RefusalError({ status: 503, headers }, {}), NOW)).toBeUndefined()
  })

  test('counts beside the header: the longer one is meant', () => {
    expect(asked({ 'retry-after': '1' }, retryInfo('37s'))).toBe(37_000)
    expect(asked({ 'retry-after': '60' }, retryInfo('37s'))).toBe(60_000)
  })
})
