import { expect, test } from 'vitest'
import { line, lines, scene } from './batch-scene.ts'

async function operated(app: Awaited<ReturnType<typeof scene>>['app'], body: object) {
  const { id } = (await (await app.post('/operations', body)).json()) as { id: string }
  for (let slices = 0; slices < 5; slices++) await app.operate(id)
  return (await (await app.http.request(`/operations/${id}`)).json()) as { done: number; skipped: number }
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
