import { describe, expect, test } from 'vitest'
import type { JobEvent } from '#adapters/client/types.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type Fetch, type Scene, collect, scene } from './scene.ts'

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

  /** Ends the first streams, as a proxy does, after so many bytes; `quiet` ones with a sign of life and nothing else. */
  function ending(...ends: readonly (number | 'quiet')[]): (send: Fetch) => Fetch {
    const rest = [...ends]
    return (send) => async (url, init) => {
      const response = await send(url, init)
      const end = url.includes('/events') ? rest.shift() : undefined
      if (end === undefined) return response
      const text = end === 'quiet' ? ': still here\n\n' : (await response.text()).slice(0, end)
      return new Response(text, response)
    }
  }

  test.each([
    { name: 'a connection without anything', ends: [0] },
    { name: 'several of them', ends: [0, 0, 0] },
    { name: 'nothing, and then an event and a half', ends: [0, 200] },
    { name: 'an end in the middle of an event, and nothing', ends: [30, 0] },
  ])('come without gap and repeat through $name, ended cleanly', async ({ ends }) => {
    const world = scene(model(), { through: ending(...ends) })
    const id = await finished(world)
    for (const after of [0, 1, 3]) {
      const events = await collect(world.client.events(id, { after }))
      expect(events.map((event) => event.id)).toEqual(Array.from({ length: 9 - after }, (_, n) => after + n + 1))
    }
  })

  test('are waited for as long as there are signs of life, over any number of connections', async () => {
    const world = scene(model(), { through: ending(...Array.from({ length: 50 }, () => 'quiet' as const)) })
    expect(await collect(world.client.events(await finished(world)))).toHaveLength(9)
  })

  test('are given up when one connection after the other brings nothing at all', async () => {
    const world = scene(model(), { through: ending(...Array.from({ length: 500 }, () => 0)) })
    const id = await finished(world)
    await expect(collect(world.client.events(id))).rejects.toMatchObject({ code: 'network' })
    expect(world.asked.length).toBeLessThan(100)
  })

  test('come over connections that do not come about', async () => {
    const world = scene(model(), {
      through: (send) => {
        let tries = 0
        return (url, init) =>
          url.includes('/events') && tries++ < 3 ? Promise.reject(new TypeError('fetch failed')) : send(url, init)
      },
    })
    expect(await collect(world.client.events(await finished(world)))).toHaveLength(9)
  })

  /** In place of the first stream, this, a few bytes at a time; then nothing, for as long as the caller stays. */
  function saying(text: string, size: number): (send: Fetch) => Fetch {
    return (send) => async (url, init) => {
      if (!url.includes('/events')) return send(url, init)
      const bytes = new TextEncoder().encode(text)
      let at = 0
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          init.signal?.addEventListener('abort', () => {
            controller.error(init.signal?.reason)
          })
        },
        pull(controller) {
          if (at >= bytes.length) return new Promise(() => undefined)
          controller.enqueue(bytes.slice(at, (at += size)))
          return Promise.resolve()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
  }

  test('are whole also where a letter is cut in two, and end for a watcher who stops with his reason', async () => {
    const told = 'event: text\ndata: {"text":"på räksmörgås 🦐"}\n\n'
    const { client } = scene(new ListedModel(), { through: saying(told, 1) })
    const stop = new AbortController()
    const texts: unknown[] = []
    const reading = (async () => {
      for await (const { data } of client.events('job_1', { signal: stop.signal })) {
        texts.push(data)
        stop.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(texts).toEqual([{ text: 'på räksmörgås 🦐' }])
  })

  test('of a newer release, and members that it has added, keep nothing from being read', async () => {
    const events = [
      { id: 1, event: 'job.dreamt', data: { of: ['sheep'] } },
      { id: 2, event: 'job.completed', data: { stopReason: 'finished', mood: 'good' } },
    ]
    const written = events.map(
      ({ id, event, data }) => `id: ${String(id)}\nevent: ${event}\nmood: good\ndata: ${JSON.stringify(data)}\n\n`,
    )
    const { client } = scene(new ListedModel(), { through: saying(written.join(''), 100) })
    expect(await collect(client.events('job_1'))).toEqual(events)
  })

  test('that are not JSON are not from Errand', async () => {
    const { client, asked } = scene(new ListedModel(), { through: saying('event: text\ndata: <html>\n\n', 100) })
    await expect(collect(client.events('job_1'))).rejects.toThrow('not as Errand does')
    expect(asked).toHaveLength(1)
  })

  test('a watcher who stops is forgotten by the server', async () => {
    const world = scene(new ListedModel())
    const { id } = await world.client.submit({ agent: 'writer', input: 1 })
    for await (const { event } of world.client.events(id)) {
      expect([event, world.app.feed.size]).toEqual(['job.submitted', 1])
      break
    }
    expect(world.app.feed.size).toBe(0)
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
