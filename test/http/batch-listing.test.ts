import { describe, expect, test } from 'vitest'
import { type BatchBody, scene } from './batch-scene.ts'

describe('a batch', () => {
  test('is one tenant’s, and no other’s', async () => {
    const { app, create } = await scene()
    const { id } = await create()
    await app.key('default')
    const other = { authorization: `Bearer ${await app.key('other')}` }
    for (const path of ['', '/items', '/results', '/events']) {
      expect((await app.http.request(`/batches/${id}${path}`, { headers: other })).status).toBe(404)
    }
    const cancel = { method: 'POST', headers: other }
    expect((await app.http.request(`/batches/${id}/cancel`, cancel)).status).toBe(404)
    expect(await (await app.http.request('/batches', { headers: other })).json()).toEqual({ batches: [] })
  })

  test('is listed, newest first', async () => {
    const { app, create, json } = await scene()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      ids.unshift((await create({ name: `batch ${String(n)}` })).id)
      await app.clock.advance(10)
    }
    const first = (await json('/batches?page_size=2')) as { batches: BatchBody[]; next_page_token: string }
    const rest = (await json(`/batches?page_token=${first.next_page_token}`)) as { batches: BatchBody[] }
    expect([...first.batches, ...rest.batches].map(({ id }) => id)).toEqual(ids)
  })
})
