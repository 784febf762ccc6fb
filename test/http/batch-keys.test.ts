import { describe, expect, test } from 'vitest'
import type { Scope } from '#domain/tenant/principal.ts'
import { line, scene } from './batch-scene.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const HELD = {
  name: 'autumn',
  itemKey: 'sku',
  tags: ['t'],
  metadata: { order: '1042' },
  callback: { url: 'https://shop.example.com/secret' },
}
const CONTENTS = [...Object.keys(HELD), 'createdBy'].toSorted()

describe('a key without the scope "read" learns how a batch fares and not what it holds', () => {
  test.each<[Scope, string, object?]>([
    ['submit', '', { agent: 'writer', ...HELD }],
    ['submit', '/close'],
    ['submit', '/resume'],
    ['cancel', '/pause'],
    ['cancel', '/cancel'],
  ])('with "%s": POST /batches%s', async (scope, action, body) => {
    const { app, create } = await scene()
    const { id } = await create(HELD)
    const fields = async (scopes: readonly Scope[]): Promise<readonly string[]> => {
      const authorization = `Bearer ${await app.key('default', scopes)}`
      const headers = { authorization, ...(body && { 'content-type': 'application/json' }) }
      const response = await app.post(`/batches${action && `/${id}${action}`}`, body ?? '', headers)
      expect([200, 201], await response.clone().text()).toContain(response.status)
      return Object.keys((await response.json()) as object)
    }
    const [blind, seeing] = [await fields([scope]), await fields([scope, 'read'])]
    expect(seeing.filter((field) => !blind.includes(field)).toSorted()).toEqual(CONTENTS)
  })
})

describe('a place among the streams of a tenant', () => {
  const one = { policy: { maxEventReaders: 1 } }

  test('is held by an upload that comes slowly, until it ends', async () => {
    const { app, create, upload, get } = await scene(one)
    const [slow, other] = [await create(), await create()]
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const sent = app.http.request(`/batches/${slow.id}/items?from=0`, {
      ...{ method: 'PUT', headers: NDJSON, body: readable, duplex: 'half' },
    })
    const writer = writable.getWriter()
    await writer.write(new TextEncoder().encode(line('sku-1').slice(0, 9)))

    const refused = await upload(other.id, 0, line('sku-1'))
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'too_many_at_once', retryable: true })

    await writer.write(new TextEncoder().encode(line('sku-1').slice(9)))
    await writer.close()
    expect((await sent).status).toBe(200)
    expect((await upload(other.id, 0, line('sku-1'))).status).toBe(200)
    expect((await get(slow.id)).next).toBe(1)
  })

  test('is made free by an upload whose sender leaves', async () => {
    const { app, create, upload } = await scene(one)
    const { id } = await create()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const sent = app.http.request(`/batches/${id}/items?from=0`, {
      ...{ method: 'PUT', headers: NDJSON, body: readable, duplex: 'half' },
    })
    await writable.abort(new Error('gone'))
    await sent
    expect((await upload(id, 0, line('sku-1'))).status).toBe(200)
  })

  test('is held by results while they are read', async () => {
    const { app, create } = await scene(one)
    const { id } = await create({ items: [{ input: { sku: 'a' } }] })
    const results = () => app.fetch(`/batches/${id}/results`)
    const open = await results()
    expect((await results()).status).toBe(429)
    await open.text()
    expect((await results()).status).toBe(200)
  })
})
