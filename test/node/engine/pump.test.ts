import { describe, expect, test } from 'vitest'
import { T0, after, started } from '#test/support/fixtures.ts'
import { pumping } from './pumping.ts'

describe('the pump', () => {
  test('begins due jobs in order, so many at a time, and the next as soon as one is done', async () => {
    const { pump, submit, finish, begun, clock } = pumping(2)
    const [a, b, c, d] = [await submit(T0 - 4), await submit(T0 - 3), await submit(T0 - 2), await submit(T0 - 1)]
    pump.start()
    await clock.advance(0)
    expect(begun).toEqual([a, b])
    await finish(b)
    expect(begun).toEqual([a, b, c])
    await finish(a)
    expect(begun).toEqual([a, b, c, d])
    await clock.advance(60_000)
    expect(begun).toHaveLength(4)
  })

  test('begins a job that is submitted while it sleeps', async () => {
    const { pump, submit, begun, clock } = pumping(2)
    pump.start()
    await clock.advance(0)
    const id = await submit(clock.now())
    await clock.advance(0)
    expect(begun).toEqual([id])
  })

  test('sleeps until the next job is due, also when that is nearer than what it slept for', async () => {
    const { pump, submit, begun, clock } = pumping(2)
    const late = await submit(T0 + 60_000)
    pump.start()
    await clock.advance(0)
    const early = await submit(T0 + 10_000)
    await clock.advance(9999)
    expect(begun).toEqual([])
    await clock.advance(1)
    expect(begun).toEqual([early])
    await clock.advance(50_000)
    expect(begun).toEqual([early, late])
  })

  test('sleeps as long as it takes', async () => {
    const { pump, submit, begun, clock } = pumping(2)
    const id = await submit(T0 + 100_000_000)
    pump.start()
    await clock.advance(0)
    await clock.advance(100_000_000)
    expect(begun).toEqual([id])
  })

  test('takes over at once what an earlier process left running, once that is made due', async () => {
    const { pump, store, submit, begun, clock } = pumping(2)
    const id = await submit()
    const state = await store.load(id)
    if (!state) throw new Error('The job is lost.')
    await store.save(after(state, [started(T0)]), [started(T0)])
    await store.expediteRunning()
    pump.start()
    await clock.advance(0)
    expect(begun).toEqual([id])
  })

  test('begins at once what became due again while it was in hand, and not before it is done', async () => {
    const { pump, waker, submit, finish, begun, clock } = pumping(2)
    const id = await submit()
    pump.start()
    await clock.advance(0)
    await waker.wakeAt({ id, tenantId: 'acme' }, { at: clock.now(), kind: 'run' })
    await clock.advance(0)
    expect(begun).toEqual([id])
    await finish(id)
    expect(begun).toEqual([id, id])
  })

  test('leaves a job alone for a moment when its execution throws, then tries again, and does not spin', async () => {
    const { pump, submit, fail, begun, clock, logger } = pumping(2)
    const id = await submit()
    pump.start()
    await clock.advance(0)
    await fail(id)
    await clock.advance(999)
    expect(begun).toEqual([id])
    await clock.advance(1)
    expect(begun).toEqual([id, id])
    expect(logger.lines[0]).toMatchObject({ fields: { id } })
  })

  test('jobs that cannot be executed rest, longer each time, and take nobody’s place', async () => {
    const { pump, submit, fail, finish, begun, clock } = pumping(1)
    const bad = await submit(T0 - 2)
    const good = await submit(T0 - 1)
    pump.start()
    await clock.advance(0)
    await fail(bad)
    expect(begun).toEqual([bad, good])
    await finish(good)
    await clock.advance(1000)
    await fail(bad)
    await clock.advance(1999)
    expect(begun).toEqual([bad, good, bad])
    await clock.advance(1)
    expect(begun).toEqual([bad, good, bad, bad])
  })

  test('looks again soon when it could not look, and finds by its sweep what no wake told of', async () => {
    const { pump, store, submit, begun, clock, logger } = pumping(1)
    const look = store.tenants.bind(store)
    store.tenants = () => Promise.reject(new Error('The disk is gone.'))
    pump.start()
    await clock.advance(0)
    expect(logger.lines[0]?.message).toBe('Could not look for due work.')
    store.tenants = look
    await clock.advance(1000)
    const id = await submit(T0 + 5000)
    // As if the timer of that wake had been lost: time jumps.
    await clock.advance(30_000)
    expect(begun).toEqual([id])
  })

  test('drains: begins nothing more and waits for what is in execution', async () => {
    const { pump, submit, finish, begun, clock } = pumping(1)
    const first = await submit(T0 - 1)
    await submit()
    pump.start()
    await clock.advance(0)
    let drained = false
    const draining = pump.drain(20_000).then(() => (drained = true))
    await clock.advance(19_999)
    expect(drained).toBe(false)
    await finish(first)
    await draining
    expect(begun).toEqual([first])
  })

  test('drains: what takes too long is stopped, to be resumed', async () => {
    const { pump, submit, clock } = pumping(1)
    await submit()
    pump.start()
    await clock.advance(0)
    const draining = pump.drain(20_000)
    await clock.advance(20_000)
    await draining
    expect(clock.nextAt()).toBeNull()
  })
})
