import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { line, lines, scene } from './batch-scene.ts'

type Scene = Awaited<ReturnType<typeof scene>>

/** A closed batch of these lines, in the order of which its items are done. */
async function closed({ create, upload, post }: Scene, text: string, fields: object = {}): Promise<string> {
  const { id } = await create({ maxConcurrency: 1, ...fields })
  await upload(id, 0, text)
  await post(id, 'close')
  return id
}

/** Does what is to be done until the batch has ended. */
async function workOff({ json, workOff: work }: Scene, id: string): Promise<void> {
  const isFinished = async () => ((await json(`/batches/${id}`)) as { finishedAt: unknown }).finishedAt !== null
  for (let wakes = 0; wakes < 20 && !(await isFinished()); wakes++) await work(id)
}

test('a retry leaves an item whose job a caller has canceled', async () => {
  const all = await scene()
  const { app, running, get, post } = all
  const id = await closed(all, line('broken-1') + lines(2))
  await app.batches.rest()
  await app.execute((await running(id))[0] ?? '')
  await app.batches.rest()
  await app.post(`/jobs/${(await running(id))[0] ?? ''}/cancel`, '')
  await workOff(all, id)
  expect((await get(id)).counts).toMatchObject({ failed: 1, canceled: 1, completed: 1 })
  await post(id, 'retry-failed')
  await workOff(all, id)
  expect((await get(id)).counts).toMatchObject({ failed: 1, canceled: 1, completed: 1 })
})

test('a retry counts failures anew: lines that could not be read do not stop the batch again', async () => {
  const all = await scene()
  const { get, post } = all
  const id = await closed(all, `no JSON\n${lines(5)}`, { stopOnFailures: { count: 1 } })
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'stopped', counts: { failed: 1, completed: 0, canceled: 5 } })
  await post(id, 'retry-failed')
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'completed', counts: { failed: 1, completed: 5, canceled: 0 } })
})

test('a retry is refused where it would change nothing, and says that the lines are the problem', async () => {
  const all = await scene()
  const { get, post } = all
  const id = await closed(all, `no JSON\n${line('sku-1')}${line('sku-1')}{"input": 7, "inptu": 8}\n`)
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ counts: { failed: 3, completed: 1 }, refusedLines: 3 })
  const { status, body } = await post(id, 'retry-failed')
  expect([status, body]).toMatchObject([
    409,
    { code: 'nothing_to_retry', detail: expect.stringMatching(/^0 of the 3 failed items .* a new batch\.$/) as string },
  ])
  expect(await get(id)).toMatchObject({ status: 'completed', counts: { failed: 3 } })
})

test('a retry of a batch without failed items is refused, and one of failed items does not count refused lines', async () => {
  const all = await scene()
  const { get, post } = all
  const done = await closed(all, lines(1))
  await workOff(all, done)
  expect((await post(done, 'retry-failed')).body.code).toBe('nothing_to_retry')
  const id = await closed(all, `no JSON\n${line('broken-1')}`)
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ counts: { failed: 2 }, refusedLines: 1 })
  expect((await post(id, 'retry-failed')).status).toBe(200)
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ counts: { failed: 2 }, refusedLines: 1 })
})

test('a retry whose items fail again stops the batch as the first run did', async () => {
  const all = await scene()
  const { get, post } = all
  const id = await closed(all, ['broken-1', 'broken-2', 'sku-3'].map((sku) => line(sku)).join(''), {
    stopOnFailures: { count: 1 },
  })
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'stopped', counts: { failed: 1, canceled: 2 } })
  await post(id, 'retry-failed')
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'stopped', counts: { failed: 1, canceled: 2 } })
})

test('a retry makes no second job of an item until the outcome of its first one is known', async () => {
  const send = counter('send', { effect: 'once' })
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [send.tool] })
  const models = new ListedModel(asks({ id: 'a', name: 'send' }), answer('sent'))
  const all = await scene({}, { agent, models })
  const { app, running, get, post, json } = all
  const id = await closed(all, lines(1))
  await app.batches.rest()
  const [jobId = ''] = await running(id)
  await app.interruptAfter(jobId, 'tool_call.started')
  await app.execute(jobId)
  await app.clock.advance(8 * 86_400_000)
  await app.execute(jobId)
  await app.batches.rest()
  await app.batches.wake(id)
  expect(await json(`/jobs/${jobId}`)).toMatchObject({ status: 'failed', unknownCalls: [{ name: 'send' }] })
  await post(id, 'retry-failed')
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'completed', counts: { failed: 1 } })
  expect(await json(`/batches/${id}/items`)).toMatchObject({ items: [{ error: { code: 'outcome_unknown' } }] })
  await app.post(`/jobs/${jobId}/calls/a/resolve`, { outcome: 'did_not_happen' })
  await post(id, 'retry-failed')
  await workOff(all, id)
  expect(await get(id)).toMatchObject({ status: 'completed', counts: { completed: 1 } })
})
