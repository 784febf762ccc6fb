import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter, tool } from '#test/support/tools.ts'

interface JobBody {
  readonly id: string
  readonly retryOf?: string
  readonly createdBy?: Actor
}

const HOOK = { url: 'https://shop.example.com/hook', events: ['job.completed', 'job.failed'] }

/** The public part of a key. */
const idIn = (key: string): string => /^errand_([0-9a-f]{16})/.exec(key)?.[1] ?? 'none'

const keyOf = (key: string): Actor => ({ kind: 'key', id: idIn(key) })

/** An app with two callers of one tenant and one of another. */
async function scene(...turns: ConstructorParameters<typeof ListedModel>) {
  const seen: Actor[] = []
  const look = tool('look', (_input, { submittedBy }) => {
    seen.push(submittedBy)
    return 'seen'
  })
  const agent = defineAgent({
    name: 'writer',
    instructions: '',
    tools: [look, counter('send', { effect: 'once' }).tool],
  })
  const app = testApp([agent], new ListedModel(...turns))
  const [ann, bo, other] = [await app.key('acme'), await app.key('acme'), await app.key('other')]
  const as = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })
  const post = async <Body = JobBody>(path: string, key: string, body: unknown = ''): Promise<Body> =>
    (await (await app.post(path, body, as(key))).json()) as Body
  return {
    app,
    seen,
    ann,
    bo,
    other,
    post,
    submit: (key: string) => post('/jobs', key, { agent: 'writer', input: 'hello', callback: HOOK }),
    get: (path: string, key: string) => app.http.request(path, { headers: as(key) }),
    drop: (path: string, key: string) => app.http.request(path, { method: 'DELETE', headers: as(key) }),
    journal: (id: string, key: string, { after = 0 } = {}) =>
      journalOf(app, `/jobs/${id}/events?after=${String(after)}`, as(key)),
  }
}

/** The events of a finished job that say who caused them, by their type. */
async function journalOf(app: TestApp, path: string, headers: Record<string, string>): Promise<Record<string, Actor>> {
  const text = await (await app.http.request(path, { headers })).text()
  const events = text.split('\n\n').flatMap((block): [string, Actor][] => {
    const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as { by?: Actor }
    return data.by ? [[/^event: (.*)$/m.exec(block)?.[1] ?? '', data.by]] : []
  })
  return Object.fromEntries(events)
}

const TRACE_ID = /^[0-9a-f]{32}$/

describe('who caused it', () => {
  test('a submission, a cancel of another caller, and a retry: each says its own key', async () => {
    const { ann, bo, submit, post, get, journal } = await scene()
    const job = await submit(ann)
    expect(job.createdBy).toEqual(keyOf(ann))
    expect(await post(`/jobs/${job.id}/cancel`, bo)).toMatchObject({
      createdBy: keyOf(ann),
      cancelRequestedBy: keyOf(bo),
    })
    await post(`/jobs/${job.id}/cancel`, ann)
    expect(await (await get(`/jobs/${job.id}`, ann)).json()).toMatchObject({ cancelRequestedBy: keyOf(bo) })
    expect(await journal(job.id, ann)).toEqual({ 'job.submitted': keyOf(ann), 'job.cancel_requested': keyOf(bo) })
    expect(await post(`/jobs/${job.id}/retry`, bo)).toMatchObject({ retryOf: job.id, createdBy: keyOf(bo) })
  })

  test.each([
    { said: { outcome: 'happened', result: 1 }, events: ['tool_call.completed', 'job.resumed'] },
    { said: { outcome: 'did_not_happen' }, events: ['tool_call.reopened', 'job.resumed'] },
    { said: { outcome: 'fail' }, events: ['job.failed'] },
  ])('a resolution says so in the call, and in what it leads to: $said.outcome', async ({ said, events }) => {
    const { app, ann, bo, submit, post, journal } = await scene(asks({ id: 'a', name: 'send' }), answer('Done.'))
    const { id } = await submit(ann)
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    await post(`/jobs/${id}/calls/a/resolve`, bo, said)
    await app.execute(id)
    const by = Object.fromEntries(events.map((type) => [type, keyOf(bo)]))
    expect(await journal(id, ann)).toEqual({ 'job.submitted': keyOf(ann), ...by })
  })

  test('a redelivery says so; calls that Errand made itself say nothing', async () => {
    const { app, ann, bo, submit, post, get, journal } = await scene(answer('Done.'))
    const { id } = await submit(ann)
    await app.execute(id)
    await app.deliver(id)
    const log = async () =>
      ((await (await get(`/jobs/${id}/deliveries`, ann)).json()) as { deliveries: readonly { id: string }[] })
        .deliveries
    const [first] = await log()
    expect(first).not.toHaveProperty('redeliveredBy')
    await post(`/jobs/${id}/deliveries/${first?.id ?? ''}/redeliver`, bo)
    expect(await log()).toMatchObject([{ redeliveredBy: keyOf(bo) }])
    expect(await journal(id, ann)).toEqual({ 'job.submitted': keyOf(ann) })
    // After its end; the message was attempted once.
    expect(await journal(id, ann, { after: 5 })).toEqual({ 'callback.redelivery_requested': keyOf(bo) })
  })

  test.each([
    { action: 'cancel', type: 'job.cancel_requested' },
    { action: 'resolve', type: 'tool_call.completed' },
  ])('an operation acts for the caller who started it: $action', async ({ action, type }) => {
    const { app, ann, bo, submit, post, get, journal } = await scene(asks({ id: 'a', name: 'send' }), answer('Done.'))
    const { id } = await submit(ann)
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    const said = action === 'resolve' && { outcome: 'happened' }
    const operation = await post('/operations', bo, { action, filter: {}, ...said })
    expect(operation.createdBy).toEqual(keyOf(bo))
    await app.operate(operation.id)
    await app.execute(id)
    expect(await (await get(`/operations/${operation.id}`, ann)).json()).toMatchObject({ createdBy: keyOf(bo) })
    const actor = { kind: 'operation', id: operation.id, for: keyOf(bo) }
    expect(await journal(id, ann)).toMatchObject({ 'job.submitted': keyOf(ann), [type]: actor })
  })

  test('a retry by an operation makes a job of the operation', async () => {
    const { app, ann, bo, submit, post, get } = await scene()
    const { id } = await submit(ann)
    await post(`/jobs/${id}/cancel`, ann)
    const operation = await post('/operations', bo, { action: 'retry', filter: { status: ['canceled'] } })
    await app.operate(operation.id)
    const { jobs } = (await (await get('/jobs?status=queued', ann)).json()) as { jobs: readonly JobBody[] }
    const again: unknown = await (await get(`/jobs/${jobs[0]?.id ?? ''}`, ann)).json()
    const createdBy = { kind: 'operation', id: operation.id, for: keyOf(bo) }
    expect(again).toMatchObject({ retryOf: id, createdBy })
  })

  test('a deletion is in the log alone, with who wanted it: a caller, or the retention', async () => {
    const { app, ann, bo, submit, post, drop } = await scene()
    const [one, two] = [await submit(ann), await submit(ann)]
    for (const { id } of [one, two]) await post(`/jobs/${id}/cancel`, ann)
    expect((await drop(`/jobs/${one.id}`, bo)).status).toBe(204)
    await app.deliver(two.id)
    await app.clock.advance(40 * 86_400_000)
    expect(await app.expire(two.id)).toBe(true)
    const traceId = expect.stringMatching(TRACE_ID) as string
    expect(
      app.logger.lines.filter(({ message }) => message === 'A job was deleted.').map(({ fields }) => fields),
    ).toEqual([
      { tenantId: 'acme', jobId: one.id, traceId, by: keyOf(bo) },
      { tenantId: 'acme', jobId: two.id, traceId, by: { kind: 'system', id: 'retention' } },
    ])
  })

  test('a deletion by an operation is in the log with the operation, and with who started it', async () => {
    const { app, ann, bo, submit, post } = await scene()
    const { id } = await submit(ann)
    await post(`/jobs/${id}/cancel`, ann)
    const operation = await post('/operations', bo, { action: 'delete', filter: {} })
    await app.operate(operation.id)
    const by = { kind: 'operation', id: operation.id, for: keyOf(bo) }
    expect(
      app.logger.lines.filter(({ message }) => message === 'A job was deleted.').map(({ fields }) => fields),
    ).toEqual([{ tenantId: 'acme', jobId: id, traceId: expect.stringMatching(TRACE_ID) as string, by }])
  })

  test('a tool is told who submitted the job, also after a retry, or who runs the agent', async () => {
    const look = asks({ id: 'a', name: 'look' })
    const { app, seen, ann, bo, submit, post } = await scene(look, answer('Done.'), look, answer('Done.'))
    await app.execute((await submit(ann)).id)
    await post('/run', bo, { agent: 'writer', input: 'hello' })
    expect(seen).toEqual([keyOf(ann), keyOf(bo)])
  })

  test('a repeat under an idempotency key is the job of its first submitter', async () => {
    const { app, ann, bo } = await scene()
    const as = (key: string) => ({
      authorization: `Bearer ${key}`,
      'idempotency-key': 'k',
      'content-type': 'application/json',
    })
    const submit = async (key: string) =>
      (await (await app.post('/jobs', { agent: 'writer', input: 1 }, as(key))).json()) as JobBody
    const first = await submit(ann)
    expect(await submit(bo)).toEqual(first)
    expect(first.createdBy).toEqual(keyOf(ann))
  })
})

describe('who is told', () => {
  test('no tenant learns a key of another, whatever it asks for', async () => {
    const { app, ann, other, submit, post, get } = await scene()
    const { id } = await submit(ann)
    const operation = await post('/operations', ann, { action: 'cancel', filter: {} })
    await app.operate(operation.id)
    const paths = [
      '/jobs',
      `/jobs/${id}`,
      `/jobs/${id}/events`,
      `/jobs/${id}/deliveries`,
      `/operations/${operation.id}`,
    ]
    const answers = await Promise.all(paths.map(async (path) => (await get(path, other)).text()))
    const posts = [`/jobs/${id}/cancel`, `/jobs/${id}/retry`].map((path) => post<unknown>(path, other))
    expect(JSON.stringify([...answers, ...(await Promise.all(posts))])).not.toContain(idIn(ann))
  })

  test('who may not read jobs is not told who submitted them', async () => {
    const { app, ann, submit, post } = await scene()
    const { id } = await submit(ann)
    const canceler = await app.key('acme', ['cancel', 'submit'])
    expect(await post(`/jobs/${id}/cancel`, canceler)).not.toHaveProperty('createdBy')
    expect(JSON.stringify(await post(`/jobs/${id}/retry`, canceler))).not.toContain(idIn(canceler))
  })

  test('the secret part of a key is nowhere', async () => {
    const { app, ann, submit, post, get } = await scene()
    const { id } = await submit(ann)
    await post(`/jobs/${id}/cancel`, ann)
    const shown = [await (await get(`/jobs/${id}`, ann)).text(), await (await get(`/jobs/${id}/events`, ann)).text()]
    const secret = ann.slice('errand_'.length + 16)
    for (const text of [...shown, JSON.stringify(app.logger.lines)]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secret.slice(1, 32))
    }
  })
})
