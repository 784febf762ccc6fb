import { describe, expect, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { ErrandError } from '#adapters/client/errand-error.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type Fetch, collect, failing, scene } from './scene.ts'

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

  test('says what became of a call of unknown outcome', async () => {
    const { app, client } = scene(new ListedModel(asks({ id: 'a/b', name: 'send' }), answer('Sent.')))
    const { id } = await client.submit({ agent: 'sender', input: 1 })
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    expect((await client.get(id)).waiting).toMatchObject({ reason: 'outcome_unknown', calls: [{ callId: 'a/b' }] })
    await client.resolve({ jobId: id, callId: 'a/b' }, { outcome: 'happened', result: { sent: true } })
    await app.execute(id)
    const { status, report } = await client.get(id)
    expect([status, report?.toolCalls[0]?.output]).toEqual(['completed', { sent: true }])
  })

  test('tells how the messages to a callback fare, and has one sent again', async () => {
    const { app, client } = scene(new ListedModel(answer('Hej!')))
    const { id } = await client.submit({ agent: 'writer', input: 1, callback: { url: 'https://a.example.com/hook' } })
    await app.execute(id)
    await app.deliver(id)
    const [delivery] = await client.deliveries(id)
    expect(delivery).toMatchObject({ event: 'job.completed', status: 'delivered' })
    await client.redeliver({ jobId: id, id: delivery?.id ?? '' })
    expect(await client.deliveries(id)).toMatchObject([{ id: delivery?.id, status: 'pending' }])
  })

  test('keeps the path of its address, and what an id must not be taken for', async () => {
    const urls: string[] = []
    const fetch = (url: string): Promise<Response> => {
      urls.push(url)
      return Promise.resolve(Response.json({ id: 'job_1' }))
    }
    await new ErrandClient({ baseUrl: 'https://example.com/errand/', fetch }).get('a/b?c')
    expect(urls).toEqual(['https://example.com/errand/jobs/a%2Fb%3Fc'])
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
