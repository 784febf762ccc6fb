import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

interface Body {
  readonly id: string
}

const JSON_BODY = { 'content-type': 'application/json' }

function scene() {
  const { tool } = counter('send', { effect: 'once' })
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [tool] })
  const app = testApp([writer], new ListedModel(asks({ id: 'a', name: 'send' })))
  const submit = async (tags: readonly string[] = []) => {
    const job = (await (await app.post('/jobs', { agent: 'writer', input: 1, tags })).json()) as Body
    return job.id
  }
  const canceled = async (tags?: readonly string[]) => {
    const id = await submit(tags)
    await app.post(`/jobs/${id}/cancel`, '')
    return id
  }
  return { app, submit, canceled }
}

async function deleted(app: TestApp, filter: object): Promise<Body> {
  const { id } = (await (await app.post('/operations', { action: 'delete', filter })).json()) as Body
  await app.operate(id)
  return (await (await app.http.request(`/operations/${id}`)).json()) as Body
}

const left = async (app: TestApp) =>
  ((await (await app.http.request('/jobs?page_size=200')).json()) as { jobs: readonly Body[] }).jobs.map(({ id }) => id)

describe('POST /operations {"action": "delete"}', () => {
  test('deletes every finished job that fits, over several slices, and no other', async () => {
    const { app, submit, canceled } = scene()
    for (let n = 0; n < 60; n++) await canceled(['red'])
    const kept = [await submit(['red']), await canceled(['blue'])]
    expect(await deleted(app, { tag: 'red' })).toMatchObject({
      action: 'delete',
      status: 'completed',
      filter: { status: ['completed', 'failed', 'canceled'], tag: 'red' },
      total: 60,
      done: 60,
      skipped: 0,
    })
    expect((await left(app)).sort()).toEqual([...kept].sort())
  })

  test('takes only the statuses that are named, and none that are not finished', async () => {
    const { app, submit, canceled } = scene()
    const kept = [await submit(), await canceled()]
    expect(await deleted(app, { status: ['failed'] })).toMatchObject({ total: 0, done: 0 })
    expect(await deleted(app, { status: ['queued', 'running', 'waiting'] })).toMatchObject({ total: 0, done: 0 })
    expect((await left(app)).sort()).toEqual([...kept].sort())
  })

  test('skips a job with a call of unknown outcome, until that is resolved', async () => {
    const { app, submit, canceled } = scene()
    const cutOff = await submit()
    await app.interruptAfter(cutOff, 'tool_call.started')
    await app.execute(cutOff)
    await app.post(`/jobs/${cutOff}/cancel`, '')
    await canceled()
    expect(await deleted(app, {})).toMatchObject({ total: 2, done: 1, skipped: 1 })
    expect(await left(app)).toEqual([cutOff])
    await app.post(`/jobs/${cutOff}/calls/a/resolve`, { outcome: 'did_not_happen' })
    expect(await deleted(app, {})).toMatchObject({ total: 1, done: 1, skipped: 0 })
    expect(await left(app)).toEqual([])
  })

  test('needs the scope `admin`, and reaches no other tenant', async () => {
    const { app } = scene()
    const as = async (tenantId: string, scopes: readonly Scope[]) => ({
      ...JSON_BODY,
      authorization: `Bearer ${await app.key(tenantId, scopes)}`,
    })
    const acme = await as('acme', ['admin'])
    const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 }, acme)).json()) as Body
    await app.post(`/jobs/${id}/cancel`, '', acme)
    const body = { action: 'delete', filter: {} }
    const few = await as('acme', ['run', 'submit', 'read', 'cancel', 'approve'])
    expect((await app.post('/operations', body, few)).status).toBe(403)
    const begun = await app.post('/operations', body, await as('other', ['admin']))
    await app.operate(((await begun.json()) as Body).id)
    expect((await app.http.request(`/jobs/${id}`, { headers: acme })).status).toBe(200)
  })
})
