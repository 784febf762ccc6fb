import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const json = { 'content-type': 'application/json' }
const request = { agent: 'writer', input: { b: 1, a: [1, 2] }, tags: ['x'] }

interface Body {
  readonly id: string
  readonly code?: string
  readonly jobs?: readonly unknown[]
}

describe('Idempotency-Key', () => {
  test('the same key and the same request are the same job, and the answer says so', async () => {
    const { post } = testApp([writer], new ListedModel())
    const headers = { ...json, 'idempotency-key': '"order-1042"' }
    const first = await post('/jobs', request, headers)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const { id } = (await first.json()) as Body
    expect(id).toMatch(/^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
    // Written otherwise, and with the key bare: the same request all the same.
    const text = '{ "tags": ["x"], "input": {"a": [1,2], "b": 1}, "agent": "writer" }'
    const again = await post('/jobs', text, { ...json, 'idempotency-key': 'order-1042' })
    expect(again.status).toBe(202)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(((await again.json()) as Body).id).toBe(id)
  })

  test.each(['/keys', '/run'])('%s refuses one, for it cannot keep what that promises', async (path) => {
    const { post } = testApp([writer], new ListedModel())
    const body = path === '/run' ? { agent: 'writer', input: 1 } : { scopes: ['read'] }
    const refused = await post(path, body, { ...json, 'idempotency-key': 'once' })
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'invalid_request' }])
  })

  test('what means the same is the same request: no tags and none, no notes and none, a tag and the same tag twice', async () => {
    const { post } = testApp([writer], new ListedModel())
    const submit = async (key: string, fields: object) => {
      const body = { agent: 'writer', input: 1, ...fields }
      return (await post('/jobs', body, { ...json, 'idempotency-key': key })).status
    }
    for (const fields of [{}, { tags: [] }, { metadata: {} }, { tags: [], metadata: {} }])
      expect(await submit('bare', fields)).toBe(202)
    expect(await submit('bare', { metadata: { a: '' } })).toBe(422)
    expect(await submit('tagged', { tags: ['x', 'y'] })).toBe(202)
    expect(await submit('tagged', { tags: ['x', 'y', 'x'] })).toBe(202)
    expect(await submit('tagged', { tags: [] })).toBe(422)
  })

  test.each([
    { name: 'another input', body: { ...request, input: 2 } },
    { name: 'another tag', body: { ...request, tags: ['y'] } },
    { name: 'another retention', body: { ...request, retentionSeconds: 60 } },
  ])('the same key for $name is refused, and nothing is submitted', async ({ body }) => {
    const { post, http } = testApp([writer], new ListedModel())
    const headers = { ...json, 'idempotency-key': 'k' }
    await post('/jobs', request, headers)
    const response = await post('/jobs', body, headers)
    expect(response.status).toBe(422)
    expect(((await response.json()) as Body).code).toBe('idempotency_key_reused')
    expect(((await (await http.request('/jobs')).json()) as Body).jobs).toHaveLength(1)
  })

  const filter = { batch: 'b' }
  const asOf = '2020-01-01T00:00:00Z'
  const resolve = { action: 'resolve', outcome: 'approved', filter }
  test.each([
    ['/operations', { action: 'cancel', filter }, { action: 'retry', filter }],
    ['/operations', { action: 'cancel', filter }, { action: 'cancel', filter: { batch: 'c' } }],
    ['/operations', { action: 'cancel', filter }, { action: 'cancel', filter, asOf }],
    ['/operations', resolve, { ...resolve, outcome: 'rejected' }],
    ['/operations', { action: 'approve', filter }, { action: 'reject', filter }],
    ['/operations', { action: 'reject', filter }, { action: 'reject', filter, reason: 'no' }],
    ['/batches', { agent: 'writer' }, { agent: 'writer', name: 'b' }],
    ['/batches', { agent: 'writer' }, { agent: 'writer', items: [{ input: 1 }] }],
  ])('%s refuses the same key for another body: %j and %j', async (path, body, other) => {
    const { post } = testApp([writer], new ListedModel())
    const headers = { ...json, 'idempotency-key': 'k' }
    const { id } = (await (await post(path, body, headers)).json()) as Body
    const response = await post(path, other, headers)
    expect([response.status, await response.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }])
    expect(await (await post(path, body, headers)).json()).toMatchObject({ id })
  })

  test.each(['', '"open', 'two words', `"${'x'.repeat(256)}"`, 'å', '"a" "b"'])('%s is malformed', async (key) => {
    const { post } = testApp([writer], new ListedModel())
    const response = await post('/jobs', request, { ...json, 'idempotency-key': key })
    expect(response.status).toBe(400)
    expect(((await response.json()) as Body).code).toBe('invalid_request')
  })

  test('fifty at once submit one job', async () => {
    const { post, http } = testApp([writer], new ListedModel())
    const headers = { ...json, 'idempotency-key': 'race' }
    const all = await Promise.all(Array.from({ length: 50 }, () => post('/jobs', request, headers)))
    const ids = await Promise.all(all.map(async (response) => ((await response.json()) as Body).id))
    expect(new Set(ids).size).toBe(1)
    expect(all.filter((response) => response.headers.get('idempotency-replayed') === null)).toHaveLength(1)
    expect(((await (await http.request('/jobs')).json()) as Body).jobs).toHaveLength(1)
  })

  test('two tenants do not share their keys', async () => {
    const app = testApp([writer], new ListedModel())
    const ids: string[] = []
    for (const tenant of ['acme', 'other']) {
      const headers = { ...json, 'idempotency-key': 'k', authorization: `Bearer ${await app.key(tenant)}` }
      ids.push(((await (await app.post('/jobs', request, headers)).json()) as Body).id)
    }
    expect(ids[0]).not.toBe(ids[1])
  })

  test('a finished job is shown finished; once it is deleted its key is free again', async () => {
    const { post, http, execute } = testApp([writer], new ListedModel(answer('Hej!')))
    const headers = { ...json, 'idempotency-key': 'k' }
    const { id } = (await (await post('/jobs', request, headers)).json()) as Body
    await execute(id)
    expect(await (await post('/jobs', request, headers)).json()).toMatchObject({ id, status: 'completed' })
    await http.request(`/jobs/${id}`, { method: 'DELETE' })
    const anew = await post('/jobs', { ...request, input: 'other' }, headers)
    expect(anew.headers.get('idempotency-replayed')).toBeNull()
    expect(await anew.json()).toMatchObject({ id, status: 'queued', input: 'other' })
  })

  test.each(['deleted', 'expired'])(
    'a job under the key of one that was %s is another: in effects, ETag and messages',
    async (end) => {
      const save = counter('save', { effect: 'idempotent' })
      const agent = defineAgent({ name: 'writer', instructions: '', tools: [save.tool] })
      const turns = [asks({ id: 'a', name: 'save' }), answer('Done.'), asks({ id: 'a', name: 'save' }), answer('Done.')]
      const app = testApp([agent], new ListedModel(...turns))
      const finished = async (input: string) => {
        const callback = { url: 'https://shop.example/hooks' }
        const body = { agent: 'writer', input, retentionSeconds: 60, callback }
        const { id } = (await (await app.post('/jobs', body, { ...json, 'idempotency-key': 'k' })).json()) as Body
        await app.execute(id)
        await app.deliver(id)
        const shown = await app.http.request(`/jobs/${id}`)
        const log = (await (await app.http.request(`/jobs/${id}/deliveries`)).json()) as { deliveries: Body[] }
        return { id, etag: shown.headers.get('etag') ?? '', messageId: log.deliveries[0]?.id }
      }
      const first = await finished('one')
      if (end === 'deleted') await app.http.request(`/jobs/${first.id}`, { method: 'DELETE' })
      else {
        await app.clock.advance(60_000)
        expect(await app.expire(first.id)).toBe(true)
      }
      const second = await finished('two')
      expect(second.id).toBe(first.id)
      const known = await app.http.request(`/jobs/${first.id}`, { headers: { 'if-none-match': first.etag } })
      expect([known.status, await known.json()]).toMatchObject([200, { input: 'two' }])
      expect(second.messageId).not.toBe(first.messageId)
      expect(new Set(save.keys).size).toBe(2)
    },
  )
})
