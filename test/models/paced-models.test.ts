import { describe, expect, test } from 'vitest'
import { PacedModels } from '#adapters/local/paced-models.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ModelError } from '#domain/model/errors.ts'
import { ProviderPace } from '#domain/model/pace.ts'
import type { CallTurn } from '#ports/model.ts'
import { T0 } from '#test/support/fixtures.ts'

const NEVER = new AbortController().signal
const crowded = (retryAfterMs?: number) =>
  new ModelError('Too many.', { retryable: true, isCrowded: true, retryAfterMs })

/** Calls that are begun in their turn and end when the test says so. */
function pacing(limits: Readonly<Record<string, number>> = {}) {
  const clock = new ManualClock(T0)
  const unused = { check: () => undefined, call: () => Promise.reject(new Error('Not called.')) }
  const models = new PacedModels(unused, { clock, limits })
  const begun: PromiseWithResolvers<string>[] = []
  const order: string[] = []
  const ask = (turn: Partial<CallTurn> & { readonly name?: string } = {}): Promise<unknown> => {
    const whose = { model: 'openai/a', tenantId: 'acme', isItem: false, signal: NEVER, ...turn }
    const call = models.inTurn(whose, () => {
      const ending = Promise.withResolvers<string>()
      begun.push(ending)
      order.push(turn.name ?? '')
      return ending.promise
    })
    return call.catch((error: unknown) => error)
  }
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const askMany = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) void ask()
    await settle()
  }
  const end = async (index: number, error?: Error): Promise<void> => {
    if (error) begun[index]?.reject(error)
    else begun[index]?.resolve('answer')
    await settle()
  }
  return { clock, begun, order, ask, askMany, end, settle }
}

describe('calls of a provider', () => {
  test('are at most its limit at once, and none of another provider’s', async () => {
    const { begun, ask, askMany, end, settle } = pacing({ openai: 2 })
    await askMany(4)
    expect(begun).toHaveLength(2)
    void ask({ model: 'anthropic/b' })
    await settle()
    expect(begun).toHaveLength(3)
    await end(0)
    expect(begun).toHaveLength(4)
    await end(1, new Error('broken'))
    expect(begun).toHaveLength(5)
  })

  test('are first those of single jobs, then those of items; tenants take turns, and each is served in order', async () => {
    const { order, begun, ask, end, settle } = pacing({ openai: 1 })
    for (const name of ['i1', 'i2', 'i3']) void ask({ name, isItem: true })
    for (const name of ['other i1', 'other i2']) void ask({ name, isItem: true, tenantId: 'other' })
    for (const name of ['s1', 's2', 's3']) void ask({ name })
    void ask({ name: 'other s1', tenantId: 'other' })
    await settle()
    for (let ended = 0; ended < begun.length; ended++) await end(ended)
    expect(order).toEqual(['i1', 'other s1', 's1', 's2', 's3', 'other i1', 'i2', 'other i2', 'i3'])
  })

  test('of two tenants get half of the places each', async () => {
    const { order, ask, end, settle } = pacing({ openai: 4 })
    for (let n = 0; n < 100; n++) void ask({ name: 'acme', isItem: true })
    for (let n = 0; n < 20; n++) void ask({ name: 'other', isItem: true, tenantId: 'other' })
    await settle()
    for (let ended = 0; ended < 30; ended++) await end(ended)
    const later = order.slice(4, 34)
    expect(later.filter((name) => name === 'other')).toHaveLength(16)
  })

  test('wait no longer when the clock is set back', async () => {
    const { clock, begun, askMany, end, settle } = pacing()
    await askMany(1)
    await end(0, crowded(20_000))
    clock.step(-3_600_000)
    await askMany(1)
    await clock.advance(20_000)
    await settle()
    expect(begun).toHaveLength(2)
  })

  test('without a limit begin at once', async () => {
    const { begun, askMany } = pacing()
    await askMany(500)
    expect(begun).toHaveLength(500)
  })

  test('leave the queue with their signal', async () => {
    const { begun, ask, askMany, end, settle } = pacing({ openai: 1 })
    await askMany(1)
    const stop = new AbortController()
    const left = ask({ signal: stop.signal })
    const next = ask()
    stop.abort(new Error('enough'))
    // Whatever the reason: any other error would count as a failed call.
    expect(await left).toMatchObject({ code: 'canceled', cause: { message: 'enough' } })
    await end(0)
    await settle()
    expect(begun).toHaveLength(2)
    await end(1)
    expect(await next).toBe('answer')
  })

  test('after a Retry-After wait for that long, all of them, and then begin as half of what there were', async () => {
    const { clock, begun, askMany, end, settle } = pacing()
    await askMany(8)
    await end(0, crowded(20_000))
    // Of the same crowd: it halves nothing again.
    await end(1, crowded(5000))
    await askMany(10)
    await clock.advance(19_999)
    expect(begun).toHaveLength(8)
    for (let n = 2; n < 8; n++) await end(n, new Error('broken'))
    await clock.advance(1)
    await settle()
    expect(begun).toHaveLength(12)
  })

  test('find their pace again with the answers', async () => {
    const { clock, begun, askMany, end, settle } = pacing({ openai: 16 })
    await askMany(16)
    for (let n = 0; n < 16; n++) await end(n, crowded())
    await askMany(400)
    await clock.advance(1000)
    await settle()
    let ended = 16
    const inFlight = () => begun.length - ended
    expect(inFlight()).toBe(8)
    for (let round = 1; round <= 8; round++) {
      for (const last = begun.length; ended < last;) await end(ended++)
      expect(inFlight()).toBeLessThanOrEqual(16)
    }
    expect(inFlight()).toBeGreaterThan(14)
  })

  test('never come to a stop, however often they are refused', () => {
    const pace = new ProviderPace(Infinity)
    for (let now = 0; now < 100_000; now += 1000) {
      expect(pace.mayBegin(now)).toBe(true)
      pace.begin()
      pace.refused({ begunAt: now, now })
    }
  })
})
