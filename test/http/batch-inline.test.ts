import { expect, test } from 'vitest'
import { type BatchBody, scene } from './batch-scene.ts'

const items = (count: number) => Array.from({ length: count }, (_, n) => ({ input: { sku: `sku-${String(n)}` } }))

async function inline(options: Parameters<typeof scene>[0] = {}) {
  const world = await scene(options)
  const post = (body: object, key?: string) =>
    world.app.post(
      '/batches',
      { agent: 'writer', ...body },
      { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    )
  const list = async () => ((await world.json('/batches')) as { batches: BatchBody[] }).batches
  return { ...world, post, list }
}

test('the same request several times at once makes one batch, and each is answered with it', async () => {
  const { post, list } = await inline()
  const answers = await Promise.all([1, 2, 3].map(() => post({ items: items(900) }, 'k')))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  const shown = (await Promise.all(answers.map((one) => one.json()))) as BatchBody[]
  expect(new Set(shown.map(({ id, next }) => `${id} ${String(next)}`)).size).toBe(1)
  expect(await list()).toMatchObject([{ next: 900, status: 'running' }])
})

test('what was made of a refused request is canceled, unless its key lets it go on', async () => {
  const { post, list, app } = await inline({ policy: { maxBatchItems: 5 } })
  const open = (await (await post({})).json()) as BatchBody
  await app.http.request(`/batches/${open.id}/items`, {
    method: 'PUT',
    body: '{"input":{"sku":"a"}}\n',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  expect((await post({ items: items(5) })).status).toBe(429)
  expect((await list()).map(({ status }) => status).sort()).toEqual(['canceled', 'open'])
  expect((await post({ items: items(5) }, 'k')).status).toBe(429)
  await app.post(`/batches/${open.id}/cancel`, '')
  await app.batches.wake(open.id)
  await app.clock.advance(5000)
  expect(await (await post({ items: items(5) }, 'k')).json()).toMatchObject({ status: 'running', next: 5 })
})
