import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

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
})
