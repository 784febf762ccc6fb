import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const request = { agent: 'writer', input: 1 }

describe('how often a tenant may ask', () => {
  test('a burst up to the limit, then one at a time, and the headers tell', async () => {
    const app = testApp([writer], new ListedModel(), { policy: { requestsPerMinute: 6 } })
    const ask = () => app.http.request('/agents')
    const remaining: (string | null)[] = []
    for (let n = 0; n < 6; n++) remaining.push((await ask()).headers.get('ratelimit'))
    expect(remaining).toEqual([5, 4, 3, 2, 1, 0].map((n) => `"requests";r=${String(n)};t=10`))
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit-policy')).toBe('"requests";q=6;w=60')
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retryable: true })
    await app.clock.advance(9999)
    expect((await ask()).status).toBe(429)
    await app.clock.advance(1)
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
  })

  test('is counted for each tenant by itself, and not for what anybody may see', async () => {
    const app = testApp([writer], new ListedModel(), { policy: { requestsPerMinute: 1 } })
    const ask = (key: string) => app.http.request('/agents', { headers: { authorization: `Bearer ${key}` } })
    const [mine, theirs] = [await app.key('default'), await app.key('other')]
    expect([(await ask(mine)).status, (await ask(mine)).status, (await ask(theirs)).status]).toEqual([200, 429, 200])
    for (let n = 0; n < 3; n++) expect((await app.http.request('/healthz')).status).toBe(200)
  })
})

describe('how many unfinished jobs a tenant may have', () => {
  const submit = (app: TestApp, headers: Record<string, string> = {}) =>
    app.post('/jobs', request, { 'content-type': 'application/json', ...headers })

  test('one more is refused until one is finished, and a repeat is no further job', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')), { policy: { maxUnfinishedJobs: 2 } })
    const first = (await (await submit(app, { 'idempotency-key': 'k' })).json()) as { id: string }
    expect((await submit(app)).status).toBe(202)
    const refused = await submit(app)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ code: 'queue_full', retryable: true })
    expect((await submit(app, { 'idempotency-key': 'k' })).status).toBe(202)
    expect((await submit(app, { 'idempotency-key': 'new' })).status).toBe(429)
    await app.execute(first.id)
    await app.clock.advance(1000)
    expect([(await submit(app)).status, (await submit(app)).status]).toEqual([202, 429])
  })

  test('of many who come at once no more are let in than there is room for', async () => {
    const app = testApp([writer], new ListedModel(), { policy: { maxUnfinishedJobs: 5 } })
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await submit(app)).status))
    expect(statuses.filter((status) => status === 202)).toHaveLength(5)
    await app.clock.advance(5000)
    expect((await submit(app)).status).toBe(429)
  })

  test('a place that nothing came of can be taken by somebody else', async () => {
    const app = testApp([writer], new ListedModel(), { policy: { maxUnfinishedJobs: 2 } })
    for (let n = 0; n < 5; n++) expect((await submit(app, { 'idempotency-key': 'same' })).status).toBe(202)
    expect((await submit(app)).status).toBe(202)
    expect((await submit(app)).status).toBe(429)
  })
})

describe('what a submission may say', () => {
  const cases: Record<string, object> = {
    'a tag of 65 characters': { tags: ['x'.repeat(65)] },
    'an empty tag': { tags: [''] },
    'a tag with a control character': { tags: ['a\u0000b'] },
    'a tag that is half a character': { tags: ['\ud800'] },
    'a batch that is half a character': { batch: 'x\udfff' },
    'twenty-one tags': { tags: Array.from({ length: 21 }, (_, n) => String(n)) },
    'thirty-three notes': { metadata: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [String(n), ''])) },
    'a note that is no text': { metadata: { a: 1 } },
    'a note of 513 characters': { metadata: { a: 'x'.repeat(513) } },
    'a retention of a second': { retentionSeconds: 1 },
    'a retention for ever': { retentionSeconds: 1e12 },
    'a callback without a URL': { callback: {} },
    'a callback for nothing': { callback: { url: 'https://a.example.com', events: [] } },
    'a callback for what does not exist': { callback: { url: 'https://a.example.com', events: ['job.done'] } },
    'an agent name of 65 characters': { agent: 'x'.repeat(65) },
  }
  test.each(Object.entries(cases))('%s is refused', async (_name, fields) => {
    const { post } = testApp([writer], new ListedModel())
    const response = await post('/jobs', { ...request, ...fields })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_request' })
  })

  test('a member that many programs would lose is refused, wherever it is', async () => {
    const { post } = testApp([writer], new ListedModel())
    for (const body of [
      '{"agent":"writer","input":1,"metadata":{"__proto__":"p"}}',
      '{"agent":"writer","input":[{"a":{"__proto__":1}}]}',
    ]) {
      expect((await post('/jobs', body)).status).toBe(400)
    }
    expect((await post('/jobs', '{"agent":"writer","input":"__proto__"}')).status).toBe(202)
  })

  test('a number that would be kept as another one is refused by its place, and one that looks like it is not', async () => {
    const { post } = testApp([writer], new ListedModel())
    for (const number of ['1e999', '12345678901234567890']) {
      const response = await post('/jobs', `{"agent":"writer","input":{"lines":[1,{"sku":${number}}]}}`)
      expect(response.status).toBe(400)
      const problems = [`input.lines.1.sku: ${number} is more than a double can hold; send it as a string`]
      expect(await response.json()).toMatchObject({ code: 'invalid_request', problems })
      const quoted = await post('/jobs', `{"agent":"writer","input":{"sku":"${number}","at":1795419600123456}}`)
      expect(await quoted.json()).toMatchObject({ input: { sku: number, at: 1_795_419_600_123_456 } })
    }
  })

  test('a tag said twice is said once', async () => {
    const { post } = testApp([writer], new ListedModel())
    expect(await (await post('/jobs', { ...request, tags: ['a', 'b', 'a'] })).json()).toMatchObject({
      tags: ['a', 'b'],
    })
  })
})
