import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { line, lines, scene } from './batch-scene.ts'

async function operated(app: Awaited<ReturnType<typeof scene>>['app'], body: object) {
  const { id } = (await (await app.post('/operations', body)).json()) as { id: string }
  for (let slices = 0; slices < 5; slices++) await app.operate(id)
  return (await (await app.http.request(`/operations/${id}`)).json()) as { done: number; skipped: number }
}

/** Two jobs of a batch and one beside it, all finished. */
async function finished() {
  const batches = await scene()
  const { app, create, upload, post, workOff } = batches
  const { id } = await create()
  await upload(id, 0, lines(2))
  await post(id, 'close')
  await workOff(id)
  const other = (await (await app.post('/jobs', { agent: 'writer', input: { sku: 'sku-9' } })).json()) as { id: string }
  await app.execute(other.id)
  return { ...batches, id, other: other.id }
}

test('a bulk cancel of a batch’s jobs is counted in the batch, and its window goes on with the next items', async () => {
  const { app, create, upload, get, post, running, workOff } = await scene()
  const { id } = await create({ maxConcurrency: 2 })
  const other = await create({ maxConcurrency: 2 })
  await upload(id, 0, lines(5))
  await upload(other.id, 0, lines(1))
  await post(id, 'close')
  await app.batches.rest()
  const before = await running(id)
  expect(await operated(app, { action: 'cancel', filter: { batch: id } })).toMatchObject({ done: 2 })
  await app.batches.rest()
  expect((await get(id)).counts).toMatchObject({ canceled: 2, running: 2, pending: 1 })
  expect(await running(id)).not.toEqual(before)
  expect((await get(other.id)).counts).toMatchObject({ canceled: 0, running: 1 })
  await workOff(id)
  expect(await get(id)).toMatchObject({ status: 'completed', counts: { canceled: 2, completed: 3 } })
})

test('a bulk retry of a batch’s failed jobs makes jobs outside the batch, whose counts stay', async () => {
  const { app, create, upload, get, post, workOff } = await scene()
  const { id } = await create()
  await upload(id, 0, line('broken-1') + line('sku-2'))
  await post(id, 'close')
  await workOff(id)
  const before = (await get(id)).counts
  expect(before).toMatchObject({ failed: 1, completed: 1 })
  expect(await operated(app, { action: 'retry', filter: { batch: id, status: ['failed'] } })).toMatchObject({ done: 1 })
  expect((await get(id)).counts).toEqual(before)
})

test('a deleted job of a batch keeps its item, without its output', async () => {
  const { app, create, upload, get, post, workOff, results } = await scene()
  const { id } = await create()
  await upload(id, 0, lines(2))
  await post(id, 'close')
  await workOff(id)
  const [first] = await results(id)
  expect((await app.http.request(`/jobs/${String(first?.['jobId'])}`, { method: 'DELETE' })).status).toBe(204)
  expect((await get(id)).counts).toMatchObject({ completed: 2 })
  expect((await results(id))[0]).toEqual({ line: 1, key: 'sku-1', status: 'completed', jobId: first?.['jobId'] })
})

test('a bulk delete of a batch’s jobs keeps its items and counts, and the jobs of nothing else', async () => {
  const { app, id, other, get, results, json } = await finished()
  const before = (await get(id)).counts
  const jobIds = (await results(id)).map(({ jobId }) => String(jobId))
  const said = await operated(app, { action: 'delete', filter: { batch: id } })
  expect(said).toMatchObject({ status: 'completed', total: 2, done: 2, skipped: 0 })
  for (const jobId of jobIds) expect((await app.http.request(`/jobs/${jobId}`)).status).toBe(404)
  expect((await get(id)).counts).toEqual(before)
  expect(await results(id)).toMatchObject([
    { key: 'sku-1', status: 'completed' },
    { key: 'sku-2', status: 'completed' },
  ])
  expect(await json(`/jobs/${other}`)).toMatchObject({ status: 'completed' })
})

test('a bulk resolve of a batch’s jobs is counted in the batch, and answers for no other job', async () => {
  const send = counter('send', { effect: 'once' })
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [send.tool] })
  const models = new ListedModel(...[1, 2, 3].map(() => asks({ id: 'a', name: 'send' })))
  const { app, create, upload, get, post, running, json } = await scene({}, { agent, models })
  const { id } = await create()
  await upload(id, 0, lines(2))
  await post(id, 'close')
  await app.batches.rest()
  const other = (await (await app.post('/jobs', { agent: 'writer', input: 'alone' })).json()) as { id: string }
  for (const jobId of [...(await running(id)), other.id]) {
    await app.interruptAfter(jobId, 'tool_call.started')
    await app.execute(jobId)
  }
  const said = await operated(app, { action: 'resolve', outcome: 'fail', filter: { batch: id } })
  expect(said).toMatchObject({ total: 2, done: 2, skipped: 0 })
  await app.batches.rest()
  expect((await get(id)).counts).toMatchObject({ failed: 2, running: 0 })
  expect(await json(`/jobs/${other.id}`)).toMatchObject({ status: 'waiting' })
  expect(send.runs()).toBe(0)
})
