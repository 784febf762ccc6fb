import { describe, expect, test } from 'vitest'
import type { ErrandClient } from '#adapters/client/errand-client.ts'
import { ListedModel } from '#test/support/script.ts'
import { type Fetch, collect, scene } from './scene.ts'

const HOUR_MS = 3_600_000
/** Three pieces of a thousand lines, the last of which is not full. */
const ITEMS = 2500
const source = Array.from({ length: ITEMS }, (_, index) => ({ key: `k${String(index)}`, input: index }))

/** Where a proxy cuts a request. */
type Cut = 'before' | 'middle' | 'after'

const CUTS: readonly Cut[] = ['before', 'middle', 'after']

/** A proxy that cuts requests, and keeps all that have passed through it. */
class CuttingProxy {
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = []
  readonly #cuts: (request: number) => Cut | null

  constructor(cuts: (request: number) => Cut | null) {
    this.#cuts = cuts
  }

  readonly through =
    (send: Fetch): Fetch =>
    async (url, init) => {
      if (init.method === 'GET') return send(url, init)
      const cut = this.#cuts(this.requests.length)
      this.requests.push({ url, init })
      if (cut === null) return send(url, init)
      if (cut === 'middle') await send(url, { ...init, body: brokenBody(init.body), duplex: 'half' } as RequestInit)
      if (cut === 'after') await send(url, init)
      throw new TypeError('terminated')
    }
}

/** Two thirds of it, and then the connection breaks. */
function brokenBody(body: RequestInit['body']): ReadableStream<Uint8Array> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : ((body ?? new Uint8Array()) as Uint8Array)
  let isBegun = false
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isBegun) controller.error(new TypeError('terminated'))
      else controller.enqueue(bytes.subarray(0, Math.floor((bytes.length * 2) / 3)))
      isBegun = true
    },
  })
}

async function uploaded(client: ErrandClient): Promise<string> {
  const { id } = await client.batches.create({ agent: 'writer' })
  await client.batches.upload(id, source)
  await client.batches.close(id)
  return id
}

async function expectEachOnce(client: ErrandClient, id: string): Promise<void> {
  const { next, counts, status } = await client.batches.get(id)
  expect([next, counts.failed, counts.pending + counts.running, status]).toEqual([ITEMS, 0, ITEMS, 'running'])
  const inputs = (await collect(client.batches.items(id, { pageSize: 200 }))).map(({ input }) => input)
  expect(inputs).toEqual(source.map(({ input }) => input))
}

/** The creation, three pieces and the close. */
const REQUESTS = [0, 1, 2, 3, 4]
const POINTS = REQUESTS.flatMap((request) => CUTS.map((cut) => ({ request, cut })))

describe('an upload through a proxy', () => {
  test.each(POINTS)('that cuts request $request ($cut): each item once', async ({ request, cut }) => {
    const proxy = new CuttingProxy((index) => (index === request ? cut : null))
    const { client } = scene(new ListedModel(), { through: proxy.through })
    await expectEachOnce(client, await uploaded(client))
    expect(proxy.requests.length).toBeGreaterThan(REQUESTS.length)
  })

  test('that cuts all but every fourth request, each time elsewhere: each item once', async () => {
    const proxy = new CuttingProxy((index) => (index % 4 === 3 ? null : (CUTS[index % 4] ?? null)))
    const { client } = scene(new ListedModel(), { through: proxy.through })
    await expectEachOnce(client, await uploaded(client))
  })

  test('that repeats each request an hour later: each item once, and one batch', async () => {
    const proxy = new CuttingProxy(() => null)
    const { app, client } = scene(new ListedModel(), { through: proxy.through })
    const id = await uploaded(client)
    await app.clock.advance(HOUR_MS)
    const answers: number[] = []
    for (const { url, init } of proxy.requests) answers.push((await app.http.request(url, init)).status)
    expect(answers).toEqual([201, 409, 409, 409, 200])
    await expectEachOnce(client, id)
    expect(await collect(client.batches.list())).toHaveLength(1)
  })

  test('that repeats each piece an hour later while the batch is open: each item once', async () => {
    const proxy = new CuttingProxy(() => null)
    const { app, client } = scene(new ListedModel(), { through: proxy.through })
    const { id } = await client.batches.create({ agent: 'writer' })
    await client.batches.upload(id, source)
    await app.clock.advance(HOUR_MS)
    for (const { url, init } of proxy.requests.slice(1)) {
      expect((await app.http.request(url, init)).status).toBe(409)
    }
    await client.batches.close(id)
    await expectEachOnce(client, id)
  })
})
