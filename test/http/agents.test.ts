import { describe, expect, test } from 'vitest'
import { checkTenants } from '#composition/settings/check-tenants.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_TENANT, TenantPolicies } from '#domain/tenant/policy.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { counter } from '#test/support/tools.ts'
import { testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const clerk = defineAgent({ name: 'clerk', instructions: '' })

const REFUSED = [404, 'unknown_agent', 'There is no agent named "clerk". Known agents: writer.']

describe('a tenant whose policy names its agents', () => {
  const scene = () => {
    const app = testApp([writer, clerk], new ListedModel(answer('Hej!')), { policy: { agents: ['writer'] } })
    const post = async (path: string, body: unknown = {}) => {
      const response = await app.post(path, body)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    return { app, post }
  }

  test('sees those alone', async () => {
    const { app } = scene()
    const names = async (headers: Record<string, string> = {}) =>
      ((await (await app.http.request('/agents', { headers })).json()) as { agents: { name: string }[] }).agents.map(
        ({ name }) => name,
      )
    expect(await names()).toEqual(['writer'])
    expect(await names({ authorization: `Bearer ${await app.key('other')}` })).toEqual(['writer', 'clerk'])
  })

  test.each(['/run', '/jobs'])('is told at %s that there is no other, like of one that there is not', async (path) => {
    const { post } = scene()
    const { status, body } = await post(path, { agent: 'clerk', input: 1 })
    expect([status, body['code'], body['detail']]).toEqual(REFUSED)
    expect((await post(path, { agent: 'writer', input: 1 })).status).toBeLessThan(300)
  })
})

test('a job of an agent that its tenant may not use any more can be neither retried nor taken into an operation', async () => {
  const policy = { agents: ['writer', 'clerk'] }
  const app = testApp([writer, clerk], new ListedModel(), { policy })
  const submitted = await app.post('/jobs', { agent: 'clerk', input: 1 })
  const { id } = (await submitted.json()) as { id: string }
  await app.post(`/jobs/${id}/cancel`, {})
  policy.agents = ['writer']
  const refused = await app.post(`/jobs/${id}/retry`, {})
  const { code, detail } = (await refused.json()) as { code: string; detail: string }
  expect([refused.status, code, detail]).toEqual(REFUSED)

  const started = await app.post('/operations', { action: 'retry', filter: { status: ['canceled'] } })
  const operation = (await started.json()) as { id: string }
  await app.operate(operation.id)
  const shown = await app.http.request(`/operations/${operation.id}`)
  expect(await shown.json()).toMatchObject({ status: 'completed', total: 1, done: 0, skipped: 1 })
})

test('a policy that names an agent that does not exist is found at the start', () => {
  const agents = new AgentRegistry([writer])
  const named = (...names: string[]) => new TenantPolicies(ROOMY, new Map([['acme', { agents: names }]]))
  checkTenants(named('writer'), agents)
  expect(() => {
    checkTenants(named('writer', 'wrtier'), agents)
  }).toThrow('ERRAND_TENANTS names agents that do not exist: wrtier. Agents: writer.')
})

test("an agent's version is shown with it, and with each of its jobs", async () => {
  const app = testApp(
    [defineAgent({ name: 'writer', instructions: '', version: 'v7' })],
    new ListedModel(answer('Hej!')),
  )
  const read = async (response: Response) => (await response.json()) as Record<string, unknown>
  expect(await read(await app.http.request('/agents'))).toMatchObject({ agents: [{ name: 'writer', version: 'v7' }] })
  const { id } = await read(await app.post('/jobs', { agent: 'writer', input: 1 }))
  expect(await read(await app.http.request(`/jobs/${String(id)}`))).toMatchObject({ agentVersion: 'v7' })
})

describe('GET /agents/{name}', () => {
  const editor = defineAgent({
    name: 'editor',
    instructions: 'Be brief.',
    temperature: 0.2,
    tools: [counter('send', { effect: 'once', approval: true }).tool],
  })
  const made = defineAgent({ name: 'made', version: '1', instructions: () => 'Be long.' })
  const show = async (name: string, scope: 'read' | 'admin') => {
    const app = testApp([editor, made], new ListedModel())
    const headers = { authorization: `Bearer ${await app.key('acme', [scope])}` }
    const response = await app.http.request(`/agents/${name}`, { headers })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('shows the definition, and what the author tells the model to keys with the scope admin alone', async () => {
    const { body } = await show('editor', 'admin')
    expect(body).toMatchObject({ instructions: 'Be brief.', settings: { temperature: 0.2 }, writes: 'propose' })
    expect(body['tools']).toMatchObject([{ name: 'send', effect: 'once', approval: 'always', writes: false }])
    const reader = (await show('editor', 'read')).body
    expect(reader).not.toHaveProperty('instructions')
    expect(reader).not.toHaveProperty('settings')
  })

  test('says where a function makes the instructions, and that there is no such agent', async () => {
    expect((await show('made', 'admin')).body).toMatchObject({ instructions: null })
    expect(await show('nobody', 'read')).toMatchObject({ status: 404, body: { code: 'unknown_agent' } })
  })
})

describe('GET /agents/{name}/versions', () => {
  const editor = defineAgent({ name: 'editor', instructions: 'Be brief.', temperature: 0.2 })
  const show = async (name: string, scope: 'read' | 'admin') => {
    const app = testApp([editor, clerk], new ListedModel(), { policy: { agents: ['editor'] } })
    await app.startWith([defineAgent({ name: 'editor', instructions: 'Be long.' }), clerk])
    await app.clock.advance(1000)
    await app.startWith([editor, clerk])
    const headers = { authorization: `Bearer ${await app.key(DEFAULT_TENANT, [scope])}` }
    const response = await app.http.request(`/agents/${name}/versions`, { headers })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('shows the definitions that servers started with, the last one first', async () => {
    expect((await show('editor', 'admin')).body).toMatchObject({
      versions: [
        { isCurrent: true, definition: { instructions: 'Be brief.', settings: { temperature: 0.2 } } },
        { isCurrent: false, definition: { instructions: 'Be long.', settings: {} } },
      ],
    })
  })

  test('keeps what the author tells the model from keys without the scope admin', async () => {
    const { body } = await show('editor', 'read')
    expect(body).toMatchObject({ versions: [{ definition: { name: 'editor' } }, {}] })
    expect(JSON.stringify(body)).not.toMatch(/Be brief|temperature|settings|instructions/)
  })

  test('shows no agent that the tenant may not use', async () => {
    expect(await show('clerk', 'admin')).toMatchObject({ status: 404, body: { code: 'unknown_agent' } })
  })
})
