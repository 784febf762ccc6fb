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
