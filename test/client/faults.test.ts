import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { ErrandError } from '#adapters/client/errand-error.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type Fetch, collect, failing, scene } from './scene.ts'

const problem = (status: number, fields: object, headers: Record<string, string> = {}) =>
  Response.json({ detail: 'Not now.', ...fields }, { status, headers })

/** Its body begins and breaks off. */
function cutOff(text: string, type: string): Response {
  let isBegun = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isBegun) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(text))
      isBegun = true
    },
  })
  return new Response(body, { headers: { 'content-type': type } })
}

async function errorOf(promise: Promise<unknown>): Promise<ErrandError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ErrandError)
  return error as ErrandError
}

const TEXT = 'event: text\ndata: {"text":"Hej"}\n\n'

describe('an API key', () => {
  test.each(['errand_secret\n', 'errand_sec\nret', 'errand_secret ', 'errand_sécret', ''])(
    'that no header can hold is refused, and not repeated: %j',
    (apiKey) => {
      const make = () => new ErrandClient({ baseUrl: 'http://localhost', apiKey })
      expect(make).toThrow('visible ASCII')
      try {
        make()
      } catch (error) {
        expect(inspect(error)).not.toMatch(/errand_s/)
      }
    },
  )

  test('is sent, and a wrong one is told by the server', async () => {
    const world = scene(new ListedModel(), { apiKey: 'errand_wrong' })
    await world.app.key('acme')
    const error = await errorOf(world.client.agents())
    expect(error).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(error.message).toContain('This API key is not known.')
    expect(world.asked).toHaveLength(1)
  })
})

describe('an answer', () => {
  test('that breaks off is asked for again', async () => {
    const { client, asked } = scene(new ListedModel(), { through: failing(cutOff('{"agents"', 'application/json')) })
    expect((await client.agents())[0]?.name).toBe('writer')
    expect(asked).toHaveLength(2)
  })

  test('of a run that breaks off is told, and not asked for again', async () => {
    const world = scene(new ListedModel(), { through: failing(cutOff('{', 'application/json')) })
    expect(await errorOf(world.client.run('writer', 1))).toMatchObject({ code: 'network' })
    expect(world.asked).toHaveLength(1)
  })

  test('of something that is not Errand is told as such, in place of JSON and of a stream', async () => {
    const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })
    const { client } = scene(new ListedModel(), { through: failing(page(), page(), page()) })
    for (const call of [client.get('job_1'), collect(client.events('job_1')), collect(client.runStream('writer', 1))]) {
      expect((await errorOf(call)).message).toBe('The server answered 200, and not as Errand does.')
    }
  })

  test.each(['{}', 'null', '[]', '"ok"'])('%s is not of Errand', async (body) => {
    const { client } = scene(new ListedModel(), {
      through: failing(...Array.from({ length: 4 }, () => new Response(body))),
    })
    for (const call of [client.get('job_1'), client.usage(), client.schedules.get('s'), client.submit('writer', 1)]) {
      expect((await errorOf(call)).message).toBe('The server answered 200, and not as Errand does.')
    }
  })

  test('that says that it is of no use to ask again is believed', async () => {
    const refusal = problem(503, { code: 'model_not_configured', retryable: false })
    const { client, asked } = scene(new ListedModel(), { through: failing(refusal) })
    await expect(client.submit({ agent: 'writer', input: 1 })).rejects.toMatchObject({ code: 'model_not_configured' })
    expect(asked).toHaveLength(1)
  })
})

describe('Retry-After', () => {
  const busy = (after: string) => problem(429, { code: 'rate_limited', retryable: true }, { 'retry-after': after })

  test('may be a date', async () => {
    const inHalfAMinute = new Date(Date.now() + 30_000).toUTCString()
    const { client, slept } = scene(new ListedModel(), { through: failing(busy(inHalfAMinute)) })
    await client.agents()
    expect(slept).toHaveLength(1)
    expect(slept[0]).toBeGreaterThan(15_000)
  })

  test('of an hour is not slept through, but told', async () => {
    const { client, asked, slept } = scene(new ListedModel(), { through: failing(busy('3600')) })
    expect(await errorOf(client.agents())).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000 })
    expect([asked.length, slept.length]).toEqual([1, 0])
  })

  test('is not slept through either by a caller who has left meanwhile', async () => {
    const stop = new AbortController()
    const fetch = (): Promise<Response> => {
      queueMicrotask(() => {
        stop.abort(new Error('enough'))
      })
      return Promise.resolve(busy('60'))
    }
    const client = new ErrandClient({ baseUrl: 'http://localhost', fetch })
    await expect(client.agents({ signal: stop.signal })).rejects.toThrow('enough')
  })
})

describe('an Idempotency-Key', () => {
  test('may hold blanks, and means the same job as before', async () => {
    const { client } = scene(new ListedModel())
    const submit = () => client.submit({ agent: 'writer', input: 1 }, { idempotencyKey: 'order 1042' })
    expect((await submit()).id).toBe((await submit()).id)
  })

  test('is the same one in every try, and another one in every call', async () => {
    const keys: (string | null)[] = []
    const noting =
      (send: Fetch): Fetch =>
      (url, init) => {
        keys.push(new Headers(init.headers).get('idempotency-key'))
        return keys.length === 1 ? Promise.reject(new TypeError('fetch failed')) : send(url, init)
      }
    const { client } = scene(new ListedModel(), { through: noting })
    await client.submit({ agent: 'writer', input: 1 })
    await client.submit({ agent: 'writer', input: 1 })
    expect(keys).toHaveLength(3)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[1])
  })

  test('that no header can hold is not taken for a broken network', async () => {
    const { client, asked } = scene(new ListedModel())
    await expect(client.submit({ agent: 'writer', input: 1 }, { idempotencyKey: '✓' })).rejects.toThrow(TypeError)
    expect(asked).toEqual([])
  })
})

describe('a streamed run', () => {
  test.each([
    ['cleanly', () => new Response(TEXT, { headers: { 'content-type': 'text/event-stream' } })],
    ['by the network', () => cutOff(TEXT, 'text/event-stream')],
  ])('that breaks off %s before its report is told, and not repeated', async (_how, response) => {
    const { client, asked } = scene(new ListedModel(), { through: failing(response()) })
    const events: string[] = []
    const reading = (async () => {
      for await (const { event } of client.runStream('writer', 1)) events.push(event)
    })()
    expect(await errorOf(reading)).toMatchObject({ code: 'network' })
    expect(events).toEqual(['text'])
    expect(asked).toEqual(['POST /run'])
  })

  test('that was not answered is not repeated', async () => {
    const { client, asked } = scene(new ListedModel(answer('Hej!')), { through: failing('network') })
    expect(await errorOf(collect(client.runStream('writer', 1)))).toMatchObject({ code: 'network' })
    expect(asked).toEqual(['POST /run'])
  })

  test('tells a problem on the way as its last event', async () => {
    const { client } = scene(new ListedModel(new Error('broken')))
    const events = await collect(client.runStream('writer', 1))
    expect(events.at(-1)).toMatchObject({ event: 'problem', data: { code: 'internal_error' } })
  })

  test('is stopped by whoever stops reading', async () => {
    const aborted = Promise.withResolvers<undefined>()
    const model = new ListedModel((_request, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted.resolve(undefined)
      })
      return new Promise(() => undefined)
    })
    for await (const { event } of scene(model).client.runStream('writer', 1)) {
      expect(event).toBe('model_call.started')
      break
    }
    await aborted.promise
  })
})

describe('waiting', () => {
  test('ends at once for a caller who has left while the answer came', async () => {
    const stop = new AbortController()
    let requests = 0
    const fetch = (): Promise<Response> => {
      requests++
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('{}'))
          controller.close()
          stop.abort(new Error('enough'))
        },
      })
      return Promise.resolve(new Response(body))
    }
    const client = new ErrandClient({ baseUrl: 'http://localhost', fetch })
    await expect(client.wait('job_1', { signal: stop.signal })).rejects.toThrow('enough')
    expect(requests).toBe(1)
  })

  test('goes on over several requests, with a rest between them', async () => {
    const { app, client, asked, slept } = scene(new ListedModel(answer('Hej!')))
    const { id } = await client.submit({ agent: 'writer', input: 1 })
    asked.length = 0
    const listening = async (requests: number) => {
      while (asked.length < requests || app.feed.size === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const waiting = client.wait(id)
    for (const round of [1, 2]) {
      await listening(round)
      await app.clock.advance(30_000)
    }
    await listening(3)
    await app.execute(id)
    expect((await waiting).status).toBe('completed')
    expect(asked).toHaveLength(3)
    expect(slept).toHaveLength(2)
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(1000)
  })
})
