import { describe, expect, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { JobEvent } from '#adapters/client/types.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] })

type Fetch = (url: string, init: RequestInit) => Promise<Response>

interface Scene {
  readonly app: TestApp
  readonly client: ErrandClient
  /** Method and path of every request, in order. */
  readonly asked: string[]
  readonly slept: number[]
}

/** A client of the real application, over a network that `through` can disturb. */
function scene(
  model: ListedModel,
  { through = (send: Fetch): Fetch => send, apiKey }: { through?: (send: Fetch) => Fetch; apiKey?: string } = {},
): Scene {
  const app = testApp([writer], model)
  const asked: string[] = []
  const slept: number[] = []
  const send = through((url, init) => app.http.request(url, init))
  const client = new ErrandClient({
    baseUrl: 'http://localhost/',
    ...(apiKey !== undefined && { apiKey }),
    fetch: (url, init) => {
      asked.push(`${init.method ?? ''} ${new URL(url).pathname}`)
      return send(url, init)
    },
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
  })
  return { app, client, asked, slept }
}

/** Fails in place of the first answers; a number is the status of an answer that is none of ours. */
function failing(...failures: readonly ('network' | number | Response)[]): (send: Fetch) => Fetch {
  const rest = [...failures]
  return (send) => async (url, init) => {
    const failure = rest.shift()
    if (failure === 'network') throw new TypeError('fetch failed')
    if (typeof failure === 'number') return new Response('busy', { status: failure })
    return failure ?? send(url, init)
  }
}

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}

describe('the client', () => {
  test('runs, submits, gets, cancels, retries, lists, counts and deletes', async () => {
    const { app, client } = scene(new ListedModel(answer('Hej!'), answer('Hej igen!')))
    expect((await client.run('writer', 'hello')).output).toBe('Hej!')
    const { id } = await client.submit({ agent: 'writer', input: 1, tags: ['red'] })
    await app.execute(id)
    expect(await client.wait(id)).toMatchObject({ status: 'completed', report: { output: 'Hej igen!' } })
    const other = await client.submit({ agent: 'writer', input: 2 })
    expect((await client.cancel(other.id)).status).toBe('canceled')
    expect((await client.retry(other.id)).retryOf).toBe(other.id)
    expect((await client.counts({ tag: 'red' })).counts.completed).toBe(1)
    expect((await client.agents())[0]?.name).toBe('writer')
    await client.delete(id)
    await client.delete(id)
    expect((await collect(client.list())).map((job) => job.id)).not.toContain(id)
  })

  test('waits on submit as long as it is told', async () => {
    const { app, client } = scene(new ListedModel(answer('Hej!')))
    const waiting = client.submit({ agent: 'writer', input: 1 }, { waitSeconds: 30, idempotencyKey: 'k' })
    while (app.feed.size === 0) await new Promise((resolve) => setImmediate(resolve))
    const [job] = await collect(client.list())
    await app.execute(job?.id ?? '')
    expect((await waiting).status).toBe('completed')
  })

  test('lists over as many pages as there are', async () => {
    const { app, client, asked } = scene(new ListedModel())
    const made: string[] = []
    for (let n = 0; n < 5; n++) {
      made.push((await client.submit({ agent: 'writer', input: n, batch: 'b' })).id)
      await app.clock.advance(1)
    }
    asked.length = 0
    expect((await collect(client.list({ batch: 'b', page_size: 2 }))).map(({ id }) => id)).toEqual(made.reverse())
    expect(asked).toEqual(['GET /jobs', 'GET /jobs', 'GET /jobs'])
  })

  test('starts an operation and tells how it fares', async () => {
    const { app, client } = scene(new ListedModel())
    await client.submit({ agent: 'writer', input: 1 })
    const { id } = await client.startOperation({ action: 'cancel', filter: {} })
    await app.operate(id)
    expect(await client.operation(id)).toMatchObject({ status: 'completed', done: 1 })
  })

  test('streams a run to its report', async () => {
    const { client } = scene(new ListedModel(answer('Hej!')))
    const events = await collect(client.runStream('writer', 'hello'))
    expect(events.map(({ event }) => event)).toEqual(['model_call.started', 'model_call.completed', 'report'])
    expect(events.at(-1)).toMatchObject({ event: 'report', data: { output: 'Hej!' } })
  })
})

describe('what goes wrong', () => {
  test('a refusal is an error with the server’s code and words, and is not repeated', async () => {
    const { client, asked } = scene(new ListedModel())
    const error = await client.submit({ agent: 'nobody', input: 1 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ErrandError)
    expect(error).toMatchObject({ code: 'unknown_agent', status: 404, retryable: false })
    expect((error as ErrandError).message).toContain('There is no agent named "nobody"')
    expect(asked).toHaveLength(1)
  })

  test.each([['network' as const], [503], [429]])(
    'a submission is repeated after %s, and submits once',
    async (failure) => {
      const lost = (send: Fetch): Fetch => {
        let first = true
        return async (url, init) => {
          const response = await send(url, init)
          if (!first || failure !== 'network') return response
          // The request has arrived; its answer is lost.
          first = false
          throw new TypeError('fetch failed')
        }
      }
      const { client, asked } = scene(new ListedModel(), {
        through: failure === 'network' ? lost : failing(failure, failure),
      })
      await client.submit({ agent: 'writer', input: 1 })
      expect(asked.length).toBeGreaterThan(1)
      expect(await collect(client.list())).toHaveLength(1)
    },
  )

  test('it waits as long as the server asks, and gives up in the end', async () => {
    const busy = () =>
      Response.json(
        { code: 'rate_limited', detail: 'Slow down.', retryable: true },
        { status: 429, headers: { 'retry-after': '7' } },
      )
    const { client, asked, slept } = scene(new ListedModel(), { through: failing(...Array.from({ length: 9 }, busy)) })
    await expect(client.agents()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 7000 })
    expect(asked).toHaveLength(5)
    expect(slept.every((ms) => ms >= 7000)).toBe(true)
  })

  test.each([['network' as const], [503]])('a run is never repeated: %s is told', async (failure) => {
    const { client, asked } = scene(new ListedModel(answer('Hej!')), { through: failing(failure) })
    await expect(client.run('writer', 1)).rejects.toBeInstanceOf(ErrandError)
    expect(asked).toEqual(['POST /run'])
  })

  test('no error tells the API key', async () => {
    const { client } = scene(new ListedModel(), {
      through: failing('network', 'network', 'network', 'network', 'network'),
      apiKey: 'errand_secret',
    })
    const error = (await client.agents().catch((thrown: unknown) => thrown)) as ErrandError
    expect(error).toMatchObject({ code: 'network', status: 0, message: 'No server answers at http://localhost/.' })
    expect(JSON.stringify([error, String(error), error.stack])).not.toContain('secret')
  })

  test('a caller who stops is not told of the network', async () => {
    const stop = new AbortController()
    const { client } = scene(new ListedModel(), {
      through: () => (_url, init) => {
        stop.abort(new Error('enough'))
        return Promise.reject(init.signal?.reason as Error)
      },
    })
    await expect(client.get('job_1', { signal: stop.signal })).rejects.toThrow('enough')
  })
})

describe('events', () => {
  /** Cuts the first streams after so many bytes. */
  function cutting(...cuts: readonly number[]): (send: Fetch) => Fetch {
    const rest = [...cuts]
    return (send) => async (url, init) => {
      const response = await send(url, init)
      if (!url.includes('/events') || !response.body) return response
      const cut = rest.shift()
      if (cut === undefined) return response
      let left = cut
      const cutter = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.slice(0, left))
          left -= chunk.length
          if (left <= 0) controller.error(new TypeError('terminated'))
        },
      })
      return new Response(response.body.pipeThrough(cutter), response)
    }
  }

  async function finished({ app, client }: Scene): Promise<string> {
    const { id } = await client.submit({ agent: 'writer', input: 1 })
    await app.execute(id)
    return id
  }

  const model = () => new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!'))

  test.each([
    { name: 'nothing', cuts: [] },
    { name: 'a cut before the first event', cuts: [0] },
    { name: 'a cut in the middle of an event', cuts: [30] },
    { name: 'a cut after an event and a half', cuts: [200] },
    { name: 'one cut after the other', cuts: [1, 150, 250, 300, 20, 400] },
  ])('come without gap and repeat through $name', async ({ cuts }) => {
    const world = scene(model(), { through: cutting(...cuts) })
    const events: JobEvent[] = await collect(world.client.events(await finished(world)))
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1))
    expect(events.at(-1)?.event).toBe('job.completed')
  })

  test('come as they happen, text between them', async () => {
    const world = scene(new ListedModel((_request, { onText }) => (onText?.('Hej!'), answer('Hej!'))))
    const { id } = await world.client.submit({ agent: 'writer', input: 1 })
    const collected = collect(world.client.events(id, { after: 1 }))
    while (world.app.feed.size === 0) await new Promise((resolve) => setImmediate(resolve))
    await world.app.execute(id)
    const events = await collected
    expect(events.map(({ event }) => event)).toContain('text')
    expect(events[0]).toMatchObject({ id: 2, event: 'attempt.started' })
  })

  test('end at once for who knows them all', async () => {
    const world = scene(model())
    expect(await collect(world.client.events(await finished(world), { after: 999 }))).toEqual([])
  })

  test('of no job are an error', async () => {
    await expect(collect(scene(new ListedModel()).client.events('job_1'))).rejects.toMatchObject({
      code: 'job_not_found',
    })
  })
})
