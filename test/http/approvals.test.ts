import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Schema } from '#domain/agent/schema.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'
import { Receiver, callback } from './receiver.ts'

interface Body {
  readonly id: string
  readonly status: string
  readonly done?: number
  readonly skipped?: number
}

const CALL = { id: 'a', name: 'pay' }

/** Jobs that wait for approval of one call each. */
async function waiting(jobs: number, input: Schema<object> = z.object({})) {
  const pay = counter('pay', { effect: 'once', approval: true, approvalTimeoutMs: 3_600_000, input })
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool] })
  const replies = [...Array<object>(jobs).fill(asks(CALL)), ...Array<object>(jobs).fill(answer('Done.'))]
  const sender = new Receiver()
  const app = testApp([writer], new ListedModel(...(replies as ReturnType<typeof asks>[])), { sender })
  const ids: string[] = []
  for (let n = 0; n < jobs; n++) {
    const { id } = await bodyOf(app.post('/jobs', { agent: 'writer', input: n, callback }))
    await app.execute(id)
    ids.push(id)
  }
  const show = (id: string) => bodyOf(app.http.request(`/jobs/${id}`))
  return { app, ids, pay, sender, show, id: ids[0] ?? '', resolve: `/jobs/${String(ids[0])}/calls/a/resolve` }
}

async function bodyOf(response: Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body
}

test('a job that waits for approval shows the call, since when, until when, and where to answer', async () => {
  const { id, resolve, show, app, sender } = await waiting(1)
  const call = { callId: 'a', name: 'pay', input: {}, since: '2096-10-02T07:06:40.000Z' }
  const expiresAt = '2096-10-02T08:06:40.000Z'
  expect(await show(id)).toMatchObject({
    status: 'waiting',
    waiting: { reason: 'approval', calls: [{ ...call, expiresAt, links: { resolve } }] },
  })
  await app.deliver(id)
  expect(sender.messages.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['job.waiting'])
})

test('a synchronous run of such an agent is refused before it costs anything', async () => {
  const { app } = await waiting(0)
  const refused = await app.post('/run', { agent: 'writer', input: 1 })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'approval_needed', retryable: false })
})

describe('POST /jobs/{id}/calls/{callId}/resolve', () => {
  test('approved: the call is made once, however often it is sent', async () => {
    const { app, id, resolve, pay, show } = await waiting(1)
    expect(await bodyOf(app.post(resolve, { outcome: 'approved' }))).toMatchObject({ status: 'queued' })
    await app.execute(id)
    expect(await bodyOf(app.post(resolve, { outcome: 'approved' }))).toMatchObject({ status: 'completed' })
    expect(await bodyOf(app.post(resolve, { outcome: 'rejected' }))).toMatchObject({ status: 'completed' })
    expect(pay.runs()).toBe(1)
    expect(await show(id)).toMatchObject({ report: { toolCalls: [{ name: 'pay', output: 1 }] } })
  })

  test('approved with an input that does not fit the tool: refused, nothing is lost, and a right one counts', async () => {
    const { app, id, resolve, show, pay } = await waiting(1, z.object({ amount: z.number().optional() }))
    const before = await show(id)
    const refused = await app.post(resolve, { outcome: 'approved', input: { amount: 'ten' } })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      code: 'invalid_input',
      detail: expect.stringMatching(/tool "pay": amount: .*expected number.* Nothing was recorded/) as string,
      problems: [expect.stringContaining('amount: ') as string],
    })
    expect(await show(id)).toEqual(before)
    expect(await bodyOf(app.post(resolve, { outcome: 'approved', input: { amount: 10 } }))).toMatchObject({
      status: 'queued',
    })
    await app.execute(id)
    expect(await show(id)).toMatchObject({ report: { toolCalls: [{ input: { amount: 10 }, isError: false }] } })
    expect(await bodyOf(app.post(resolve, { outcome: 'approved', input: { amount: 'ten' } }))).toMatchObject({
      status: 'completed',
    })
    expect(pay.runs()).toBe(1)
  })

  test('rejected: the model reads the reason', async () => {
    const { app, id, resolve, pay, show } = await waiting(1)
    await app.post(resolve, { outcome: 'rejected', reason: 'Too dear.' })
    await app.execute(id)
    const output = 'A person did not allow this call: Too dear.'
    expect(await show(id)).toMatchObject({ report: { toolCalls: [{ isError: true, output }] } })
    expect(pay.runs()).toBe(0)
  })

  test('a decision needs the scope approve, and that scope is good for nothing else', async () => {
    const { app, resolve, id } = await waiting(1)
    const by = async (scope: 'submit' | 'approve') => ({
      'content-type': 'application/json',
      authorization: `Bearer ${await app.key('default', [scope])}`,
    })
    const [submitter, approver] = [await by('submit'), await by('approve')]
    const statusOf = async (body: object, headers: Record<string, string>) =>
      (await app.post(resolve, body, headers)).status
    expect(await statusOf({ outcome: 'approved' }, submitter)).toBe(403)
    expect(await statusOf({ outcome: 'rejected' }, submitter)).toBe(403)
    expect(await statusOf({ outcome: 'fail' }, approver)).toBe(403)
    expect(await statusOf({ outcome: 'approved' }, approver)).toBe(200)
    await app.execute(id)
    const reader = { authorization: `Bearer ${await app.key('default', ['read'])}` }
    const events = await (await app.http.request(`/jobs/${id}/events`, { headers: reader })).text()
    expect(events).toMatch(/event: tool_call.approved\ndata: \{.*"callId":"a","by":\{"kind":"key","id":"\w+"\}/)
  })
})

test('the jobs that wait for it are listed and counted, and no others', async () => {
  const { app, ids, resolve } = await waiting(2)
  const listed = async () =>
    ((await (await app.http.request('/jobs?needs=approval')).json()) as { jobs: readonly Body[] }).jobs.map(
      ({ id }) => id,
    )
  expect((await listed()).sort()).toEqual([...ids].sort())
  await app.post(resolve, { outcome: 'approved' })
  expect(await listed()).toEqual(ids.slice(1))
  expect(await (await app.http.request('/jobs/counts?needs=approval')).json()).toMatchObject({
    total: 1,
    counts: { waiting: 1 },
  })
  expect(await (await app.http.request('/jobs/counts?needs=outcome')).json()).toMatchObject({ total: 0 })
})

describe('POST /operations', () => {
  const operate = async ({ app }: Awaited<ReturnType<typeof waiting>>, body: object): Promise<Body> => {
    const { id } = await bodyOf(app.post('/operations', { action: 'resolve', filter: {}, ...body }))
    await app.operate(id)
    return bodyOf(app.http.request(`/operations/${id}`))
  }

  test.each([
    { outcome: 'approved', runs: 3 },
    { outcome: 'rejected', reason: 'No.', runs: 0 },
  ])('$outcome, for all that wait', async ({ runs, ...said }) => {
    const world = await waiting(3)
    expect(await operate(world, said)).toMatchObject({ outcome: said.outcome, done: 3, skipped: 0 })
    for (const id of world.ids) await world.app.execute(id)
    expect(world.pay.runs()).toBe(runs)
    expect(await Promise.all(world.ids.map(async (id) => (await world.show(id)).status))).toEqual(
      Array(3).fill('completed'),
    )
  })

  test('of one tool leaves the calls of others alone', async () => {
    expect(await operate(await waiting(1), { outcome: 'approved', tool: 'mail' })).toMatchObject({
      done: 0,
      skipped: 1,
    })
  })

  test('what is said of unknown outcomes is not said of approvals', async () => {
    const world = await waiting(1)
    expect(await operate(world, { outcome: 'did_not_happen' })).toMatchObject({ done: 0 })
    expect(await world.show(world.id)).toMatchObject({ status: 'waiting' })
  })

  test('needs the scope approve', async () => {
    const { app } = await waiting(1)
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await app.key('default', ['submit'])}`,
    }
    const body = { action: 'resolve', outcome: 'approved', filter: {} }
    expect((await app.post('/operations', body, headers)).status).toBe(403)
  })
})
