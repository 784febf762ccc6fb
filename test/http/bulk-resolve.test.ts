import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

interface Body {
  readonly id: string
  readonly status: string
  readonly done?: number
  readonly skipped?: number
}

/** Jobs whose calls of `send` or `pay`, one each, were cut off. */
async function cutOff(...names: readonly ('send' | 'pay')[]) {
  const tools = { send: counter('send', { effect: 'once' }), pay: counter('pay', { effect: 'once' }) }
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [tools.send.tool, tools.pay.tool] })
  const app = testApp(
    [writer],
    new ListedModel(...names.map((name) => asks({ id: 'a', name })), ...names.map(() => answer('Done.'))),
  )
  const ids: string[] = []
  for (const name of names) {
    const job = (await (await app.post('/jobs', { agent: 'writer', input: name })).json()) as Body
    await app.interruptAfter(job.id, 'tool_call.started')
    await app.execute(job.id)
    ids.push(job.id)
  }
  return { app, ids, tools }
}

async function operate(app: TestApp, body: object): Promise<Body> {
  const { id } = (await (await app.post('/operations', { action: 'resolve', filter: {}, ...body })).json()) as Body
  await app.operate(id)
  return (await (await app.http.request(`/operations/${id}`)).json()) as Body
}

const statusesOf = (app: TestApp, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => ((await (await app.http.request(`/jobs/${id}`)).json()) as Body).status))

describe('POST /operations {"action": "resolve"}', () => {
  test('of calls that did not happen: they are made', async () => {
    const { app, ids, tools } = await cutOff('send', 'pay')
    expect(await operate(app, { outcome: 'did_not_happen' })).toMatchObject({ outcome: 'did_not_happen', done: 2 })
    for (const id of ids) await app.execute(id)
    expect(await statusesOf(app, ids)).toEqual(['completed', 'completed'])
    expect([tools.send.runs(), tools.pay.runs()]).toEqual([1, 1])
  })

  test.each([
    { result: { sent: true }, shown: { sent: true } },
    { result: undefined, shown: null },
  ])('of calls that happened and brought $result', async ({ result, shown }) => {
    const { app, ids, tools } = await cutOff('send')
    await operate(app, { outcome: 'happened', ...(result && { result }) })
    await app.execute(ids[0] ?? '')
    const job: unknown = await (await app.http.request(`/jobs/${String(ids[0])}`)).json()
    expect(job).toMatchObject({ status: 'completed', report: { toolCalls: [{ name: 'send', output: shown }] } })
    expect(tools.send.runs()).toBe(0)
  })

  test('as a failure of the job', async () => {
    const { app, ids } = await cutOff('send')
    expect(await operate(app, { outcome: 'fail' })).toMatchObject({ done: 1 })
    expect(await statusesOf(app, ids)).toEqual(['failed'])
  })

  test('of one tool leaves the calls of others alone, and a job that waits for none', async () => {
    const { app, ids } = await cutOff('send', 'pay')
    const done = await operate(app, { outcome: 'fail', tool: 'pay' })
    expect(done).toMatchObject({ tool: 'pay', done: 1, skipped: 1 })
    expect(await statusesOf(app, ids)).toEqual(['waiting', 'failed'])
  })

  test.each(['happened', 'did_not_happen'])(
    'of jobs that have ended with such calls, as %s: it is recorded',
    async (outcome) => {
      const { app, ids, tools } = await cutOff('send', 'pay', 'send')
      const [waiting, ...ended] = ids
      for (const id of ended) await app.post(`/jobs/${id}/cancel`, '')
      const other = ((await (await app.post('/jobs', { agent: 'writer', input: 'none' })).json()) as Body).id
      await app.post(`/jobs/${other}/cancel`, '')
      const done = await operate(app, { outcome, filter: { status: ['canceled'] } })
      expect(done).toMatchObject({ total: 2, done: 2, skipped: 0, filter: { status: ['canceled'] } })
      for (const id of ended) expect((await app.http.request(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
      expect(await statusesOf(app, [String(waiting)])).toEqual(['waiting'])
      expect([tools.send.runs(), tools.pay.runs()]).toEqual([0, 0])
    },
  )

  test('as a failure takes no job that has ended already', async () => {
    const { app, ids } = await cutOff('send', 'send')
    await app.post(`/jobs/${String(ids[0])}/cancel`, '')
    expect(await operate(app, { outcome: 'fail' })).toMatchObject({ total: 1, done: 1, skipped: 0 })
    expect(await statusesOf(app, ids)).toEqual(['canceled', 'failed'])
  })

  test('leaves alone a call that was begun after it: what it says of is over', async () => {
    const { app, ids } = await cutOff('send')
    const body = { action: 'resolve', outcome: 'fail', filter: {} }
    const { id } = (await (await app.post('/operations', body)).json()) as Body
    await app.clock.advance(1)
    const key = `/jobs/${String(ids[0])}`
    await app.post(`${key}/calls/a/resolve`, { outcome: 'did_not_happen' })
    await app.interruptAfter(ids[0] ?? '', 'tool_call.started')
    await app.execute(ids[0] ?? '')
    await app.operate(id)
    expect(await statusesOf(app, ids)).toEqual(['waiting'])
  })

  test.each([
    { outcome: 'maybe' },
    {},
    { outcome: 'fail', result: 1 },
    { outcome: 'fail', tool: '' },
    { outcome: 'fail', tol: 'send' },
  ])('%j is refused', async (body) => {
    const { app } = await cutOff()
    expect((await app.post('/operations', { action: 'resolve', filter: {}, ...body })).status).toBe(400)
  })
})

test.each([
  [
    { action: 'retri', filter: {} },
    'action',
    "'cancel' | 'retry' | 'delete' | 'approve' | 'apply' | 'undo' | 'reject' | 'resolve'",
  ],
  [{ filter: {} }, 'action', "'cancel' | 'retry' | 'delete' | 'approve' | 'apply' | 'undo' | 'reject' | 'resolve'"],
  [{ action: 'resolve', outcome: 'lost', filter: {} }, 'outcome', "'happened' | 'did_not_happen' | 'fail'"],
  [{ action: 'cancel' }, 'filter', 'expected object'],
  [{ action: 'resolve', outcome: 'fail', result: 1, filter: {} }, 'Unrecognized key', '"result"'],
])('an operation that is not one is refused with what is wrong: %j', async (body, place, expected) => {
  const response = await testApp([], new ListedModel()).post('/operations', body)
  const { problems } = (await response.json()) as { problems: readonly string[] }
  expect([response.status, problems]).toEqual([400, [expect.stringMatching(new RegExp(`^${place}`))]])
  expect(problems[0]).toContain(expected)
})
