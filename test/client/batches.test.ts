import { describe, expect, test } from 'vitest'
import type { ErrandError } from '#adapters/client/errand-error.ts'
import type { Batch } from '#adapters/client/types.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type Fetch, collect, failing, scene } from './scene.ts'

const item = (n: number) => ({ key: `k${String(n)}`, input: n })
const items = (count: number) => Array.from({ length: count }, (_, index) => item(index + 1))
const ndjson = (count: number) =>
  items(count)
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('')

async function* slowly<T>(all: Iterable<T>): AsyncGenerator<T> {
  for (const one of all) yield await Promise.resolve(one)
}

function streamOf<T>(all: readonly T[]): ReadableStream<T> {
  const rest = [...all]
  return new ReadableStream<T>({
    pull(controller) {
      const next = rest.shift()
      if (next === undefined) controller.close()
      else controller.enqueue(next)
    },
  })
}

/** Bytes in chunks that end in the middle of lines, and of characters. */
function chunked(text: string, size: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
}

const errorOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error as ErrandError)

describe('client.batches.upload', () => {
  const text = ndjson(5)
  test.each([
    ['an array', () => items(5)],
    ['an iterable', () => new Set(items(5))],
    ['an async iterable', () => slowly(items(5))],
    ['a stream of items', () => streamOf(items(5))],
    ['a stream of bytes', () => streamOf(chunked(text, 7))],
    ['chunks of bytes, as a file of Node gives them', () => slowly(chunked(text, 11))],
    ['chunks of text', () => slowly([text.slice(0, 20), text.slice(20)])],
    ['a file', () => new Blob([text])],
    ['a file without a line feed at its end', () => new Blob([text.slice(0, -1)])],
    ['a file of another system', () => new Blob([text.replaceAll('\n', '\r\n')])],
  ])('takes %s', async (_what, source) => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    expect(await client.batches.upload(id, source())).toEqual({ next: 5, invalid: [] })
    const stored = await collect(client.batches.items(id, { pageSize: 2 }))
    expect(stored.map(({ key, input }) => [key, input])).toEqual(items(5).map(({ key, input }) => [key, input]))
  })

  test('sends pieces, and says how far it has come', async () => {
    const { client, asked } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    const progress: { next: number; bytes: number }[] = []
    const source = new Blob([ndjson(2500)])
    await client.batches.upload(id, source, { onProgress: (one) => progress.push(one) })
    expect(progress.map(({ next }) => next)).toEqual([1000, 2000, 2500])
    expect(progress.at(-1)?.bytes).toBe(source.size)
    expect(asked.filter((one) => one.startsWith('PUT'))).toHaveLength(3)
  })

  test('counts empty lines and lines that cannot be read, and says which', async () => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    const long = JSON.stringify({ input: 'x'.repeat(3_000_000) })
    const bytes: number[] = []
    const counting = (uploaded: { bytes: number }) => bytes.push(uploaded.bytes)
    const source = new Blob([`\n${JSON.stringify(item(1))}\n{\n${long}\n${JSON.stringify(item(2))}`])
    const { next, invalid } = await client.batches.upload(id, source, { onProgress: counting })
    expect(next).toBe(5)
    expect(invalid.map(({ line, code }) => [line, code])).toEqual([
      [1, 'malformed_json'],
      [3, 'malformed_json'],
      [4, 'payload_too_large'],
    ])
    expect(bytes.at(-1)).toBe(source.size)
  })

  test('goes on where an upload of the same source has ended, also within a piece', async () => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    await client.batches.upload(id, items(1700))
    await client.batches.upload(id, items(2100))
    await client.batches.upload(id, items(2100))
    const { next, counts } = await client.batches.get(id)
    expect([next, counts.failed]).toEqual([2100, 0])
  })

  test('adds a second source behind the first, and refuses one that is too short', async () => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    await client.batches.upload(id, items(3))
    const second = [item(4), item(5)]
    const error = await errorOf(client.batches.upload(id, second))
    expect(error).toMatchObject({ code: 'upload_conflict', message: expect.stringContaining('`offset`') as string })
    expect(await client.batches.upload(id, second, { offset: 3 })).toMatchObject({ next: 5 })
    expect(await client.batches.upload(id, second, { offset: 3 })).toMatchObject({ next: 5 })
    expect(await errorOf(client.batches.upload(id, second, { offset: 9 }))).toMatchObject({ code: 'upload_conflict' })
  })

  test('ends with the caller, and closes the source', async () => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    const stop = new AbortController()
    let canceled: unknown
    const source = new ReadableStream<ReturnType<typeof item>>(
      {
        pull: (controller) => {
          controller.enqueue(item(1))
        },
        cancel: () => {
          canceled = true
        },
      },
      { highWaterMark: 0 },
    )
    const onProgress = () => {
      stop.abort(new Error('enough'))
    }
    await expect(client.batches.upload(id, source, { onProgress, signal: stop.signal })).rejects.toThrow('enough')
    expect(canceled).toBe(true)
  })

  test('to a batch that is closed is refused by the server, and to an unknown one as well', async () => {
    const { client } = scene(new ListedModel())
    const { id } = await client.batches.create({ agent: 'writer' })
    await client.batches.close(id)
    expect(await errorOf(client.batches.upload(id, items(1)))).toMatchObject({ code: 'batch_closed' })
    const unknown = client.batches.upload('bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB', items(1))
    expect(await errorOf(unknown)).toMatchObject({ code: 'batch_not_found' })
  })
})

describe('client.batches', () => {
  test('creates one batch however often it is asked, lists, and steers', async () => {
    const { client } = scene(new ListedModel(), { through: losingAnswers('POST /batches') })
    const { batches } = client
    const { id } = await batches.create({ agent: 'writer', name: 'a' })
    await batches.create({ agent: 'writer', name: 'b', items: items(2) })
    expect((await collect(batches.list({ pageSize: 1 }))).map(({ name }) => name).sort()).toEqual(['a', 'b'])
    expect(await batches.pause(id)).toMatchObject({ status: 'paused' })
    expect(await batches.resume(id)).toMatchObject({ status: 'open' })
    expect(await batches.cancel(id)).toMatchObject({ status: 'canceled' })
    expect(await errorOf(batches.retryFailed(id))).toMatchObject({ code: 'batch_finished' })
  })

  test('reads results over cut connections, each once', async () => {
    const { app, client } = scene(new ListedModel(answer('one'), answer('two'), answer('three')), {
      through: cuttingResults(),
    })
    const { id } = await client.batches.create({ agent: 'writer', items: items(3) })
    await app.batches.rest()
    for (const { jobId } of await collect(client.batches.items(id))) await app.execute(jobId ?? '')
    const results = await collect(client.batches.results(id))
    expect(results.map(({ line, status }) => [line, status])).toEqual([1, 2, 3].map((line) => [line, 'completed']))
    expect(await collect(client.batches.results(id, { after: 1, status: 'completed' }))).toHaveLength(2)
  })

  test('follows a batch to its end over cut connections', async () => {
    const { client } = scene(new ListedModel(), {
      through: failing(sse({ next: 1, finishedAt: null }), 'network', sse({ next: 2, finishedAt: 'now' })),
    })
    const seen = await collect(client.batches.events('bat_1'))
    expect(seen.map(({ next }) => next)).toEqual([1, 2])
  })
})

const sse = (batch: Partial<Batch>) =>
  new Response(`event: progress\ndata: ${JSON.stringify(batch)}\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })

/** The first answer to each such request is lost. */
function losingAnswers(which: string): (send: Fetch) => Fetch {
  const lost = new Set<unknown>()
  return (send) => async (url, init) => {
    const response = await send(url, init)
    if (`${init.method ?? ''} ${new URL(url).pathname}` !== which || lost.has(init.body)) return response
    lost.add(init.body)
    throw new TypeError('fetch failed')
  }
}

/** The first connection ends in the middle of the second line, the next one without an end of its line. */
function cuttingResults(): (send: Fetch) => Fetch {
  let cuts = 0
  return (send) => async (url, init) => {
    const response = await send(url, init)
    if (!url.includes('/results') || ++cuts > 2) return response
    const text = await response.text()
    const kept = text.slice(0, text.indexOf('\n') + 20)
    return new Response(kept, { headers: response.headers })
  }
}
