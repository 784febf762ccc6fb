import { describe, expect, test } from 'vitest'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { Job } from '#adapters/client/types.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type Fetch, type Scene, type SceneOptions, collect, scene } from './scene.ts'

const model = () => new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!'))

/** How a server that is away is met. */
const AWAY = {
  'nobody listens': () => Promise.reject(new TypeError('fetch failed')),
  'a proxy answers in its place': () => Promise.resolve(new Response('Bad Gateway', { status: 502 })),
  'it asks to come back later': () =>
    Promise.resolve(new Response('Starting', { status: 503, headers: { 'retry-after': '5' } })),
  'its new version is broken': () =>
    Promise.resolve(Response.json({ code: 'internal_error', detail: 'No.', retryable: false }, { status: 500 })),
  'it takes every connection and drops it': () =>
    Promise.resolve(new Response('', { headers: { 'content-type': 'text/event-stream' } })),
} as const

type Meeting = keyof typeof AWAY

/** From the first request of a job on: its answer breaks off after so many bytes, and then the server is away for so long. */
function goesAway(how: Meeting, { cut, ms }: { cut: number; ms: number }): NonNullable<SceneOptions['through']> {
  return (send, clock) => {
    let until: number | null = null
    return async (url, init) => {
      if (!isFollowed(url)) return send(url, init)
      if (until !== null) return clock.now() < until ? AWAY[how]() : send(url, init)
      until = clock.now() + ms
      const response = await send(url, init)
      return new Response(breaking(await response.text(), cut), response)
    }
  }
}

function isFollowed(url: string): boolean {
  return url.includes('/events') || url.includes('wait=')
}

function breaking(text: string, cut: number): ReadableStream<Uint8Array> {
  let isBegun = false
  return new ReadableStream({
    pull(controller) {
      if (isBegun) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(text.slice(0, cut)))
      isBegun = true
    },
  })
}

async function finished({ app, client }: Scene): Promise<string> {
  const { id } = await client.submit({ agent: 'writer', input: 1 })
  await app.execute(id)
  return id
}

const ALL = Array.from({ length: 9 }, (_, index) => index + 1)
const slept = ({ slept }: Scene) => slept.reduce((sum, ms) => sum + ms, 0)

describe('a server that is away for more than a minute', () => {
  test.each(Object.keys(AWAY) as Meeting[])('costs a follower no event and repeats none: %s', async (how) => {
    for (const cut of [0, 30, 250, 400]) {
      const world = scene(model(), { through: goesAway(how, { cut, ms: 100_000 }) })
      const events = await collect(world.client.events(await finished(world)))
      expect(events.map(({ id }) => id)).toEqual(ALL)
      expect(slept(world)).toBeGreaterThan(100_000)
      // It is asked again and again, and not in a hurry.
      expect(world.asked.length).toBeLessThan(100)
    }
  })

  const toldByStatus = (Object.keys(AWAY) as Meeting[]).filter((how) => !how.includes('drops'))
  test.each(toldByStatus)('is waited for by who waits for a job: %s', async (how) => {
    const world = scene(model(), { through: goesAway(how, { cut: 30, ms: 100_000 }) })
    expect((await world.client.wait(await finished(world))).status).toBe('completed')
  })

  test('is given up when the patience that was chosen is at its end', async () => {
    for (const how of Object.keys(AWAY) as Meeting[]) {
      const through = goesAway(how, { cut: 250, ms: 100_000 })
      const world = scene(model(), { through, patienceMs: 20_000 })
      await expect(collect(world.client.events(await finished(world)))).rejects.toBeInstanceOf(Error)
      expect(slept(world)).toBeGreaterThan(20_000)
      expect(slept(world)).toBeLessThan(40_000)
    }
  })

  test('is given up at once by a caller who has had enough, who is told his own reason', async () => {
    const stop = new AbortController()
    let refused = 0
    const through = (send: Fetch): Fetch => {
      return (url, init) => {
        if (!isFollowed(url)) return send(url, init)
        if (++refused % 10 === 0) stop.abort(new Error('enough'))
        return Promise.reject(new TypeError('fetch failed'))
      }
    }
    const world = scene(model(), { through })
    const id = await finished(world)
    await expect(collect(world.client.events(id, { signal: stop.signal }))).rejects.toThrow('enough')
    await expect(world.client.wait(id, { signal: stop.signal })).rejects.toThrow('enough')
    expect(refused).toBeLessThan(12)
  })

  test('has all of the patience again after each sign of life', async () => {
    const through = (send: Fetch, clock: ManualClock): Fetch => {
      let awayUntil = 0
      return (url, init) => {
        if (!isFollowed(url) || clock.now() > T_END) return send(url, init)
        if (clock.now() < awayUntil) return Promise.reject(new TypeError('fetch failed'))
        awayUntil = clock.now() + 100_000
        return Promise.resolve(new Response(': still here\n\n', { headers: { 'content-type': 'text/event-stream' } }))
      }
    }
    const T_END = 1_700_000_000_000 + 500_000
    const world = scene(model(), { through })
    expect((await collect(world.client.events(await finished(world)))).map(({ id }) => id)).toEqual(ALL)
  })

  test('is told at once where no server has ever answered', async () => {
    const world = scene(model(), { through: () => () => Promise.reject(new TypeError('fetch failed')) })
    await expect(collect(world.client.events('job_1'))).rejects.toThrow('No server answers')
    await expect(world.client.wait('job_1')).rejects.toThrow('No server answers')
    expect(world.asked).toHaveLength(10)
    expect(slept(world)).toBeLessThan(10_000)
  })

  test('does not hide what the server refuses', async () => {
    const world = scene(model())
    await finished(world)
    await expect(collect(world.client.events('job_1'))).rejects.toMatchObject({ code: 'job_not_found' })
    await expect(world.client.wait('job_1')).rejects.toMatchObject({ code: 'job_not_found' })
    expect(world.slept).toEqual([])
  })
})

describe('a connection that is dead without that anybody is told', () => {
  /** In place of the first connection, one that says this or not even begins to answer; `isDead` when nothing more will come. */
  function dying(said: string | null) {
    const dead = Promise.withResolvers<undefined>()
    let connections = 0
    const through = (send: Fetch): Fetch => {
      return (url, init) => {
        if (!isFollowed(url) || ++connections > 1) return send(url, init)
        const aborted = new Promise<never>((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => {
            reject(init.signal?.reason as Error)
          })
        })
        if (said !== null) return Promise.resolve(silenced(said, () => (dead.resolve(undefined), aborted)))
        dead.resolve(undefined)
        return aborted
      }
    }
    return { through, isDead: dead.promise, connections: () => connections }
  }

  function silenced(said: string, end: () => Promise<never>): Response {
    let isSaid = false
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: (controller) => {
        if (isSaid) return end()
        isSaid = true
        controller.enqueue(new TextEncoder().encode(said))
        return Promise.resolve()
      },
    }
    const body = new ReadableStream(source, { highWaterMark: 0 })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  test.each([
    ['before its answer', null],
    ['after a sign of life', ': hello\n\n'],
  ])('is given up for another after a minute: %s', async (_when, said) => {
    const { through, isDead, connections } = dying(said)
    const world = scene(model(), { through })
    const following = collect(world.client.events(await finished(world)))
    await isDead
    await world.clock.advance(59_999)
    expect(connections()).toBe(1)
    await world.clock.advance(1)
    expect((await following).map(({ id }) => id)).toEqual(ALL)
    expect(connections()).toBe(2)
  })

  test('is given up by who waits for a job, too', async () => {
    const { through, isDead } = dying(null)
    const world = scene(model(), { through })
    const waiting: Promise<Job> = world.client.wait(await finished(world))
    await isDead
    await world.clock.advance(60_000)
    expect((await waiting).status).toBe('completed')
  })

  /** As a real one does: what is read of an answer ends with the signal. */
  const abortable =
    (send: Fetch): Fetch =>
    async (url, init) => {
      const response = await send(url, init)
      const { signal } = init
      return new Response(response.body?.pipeThrough(new TransformStream(), signal ? { signal } : {}), response)
    }

  test('is not suspected while its reader takes his time', async () => {
    const world = scene(model(), { through: abortable })
    const id = await finished(world)
    const ids: (number | null)[] = []
    for await (const event of world.client.events(id)) {
      ids.push(event.id)
      await world.clock.advance(600_000)
    }
    expect(ids).toEqual(ALL)
    expect(world.asked.filter((call) => call.includes('/events'))).toHaveLength(1)
    expect(world.clock.nextAt()).toBeNull()
  })
})
