import { describe, expect, test } from 'vitest'
import { takePlace } from '#application/schedule/limit-fires.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import type { LimitWindow } from '#domain/schedule/limit-window.ts'
import type { FireLimit } from '#domain/schedule/spec.ts'
import { scheduling, shortly } from '#test/support/scheduling.ts'

const BEGIN = '2027-01-01T00:30:00Z'

describe('a limit per key', () => {
  const limit = { key: 'contact:42', max: 1, perSeconds: 259_200 }

  test('counts over all schedules with the key, and what is more is shown as limited', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 }, { limit }, 'a')
    await s.put({ delaySeconds: 120 }, { limit }, 'b')
    await s.put({ delaySeconds: 180 }, { limit: { ...limit, key: 'contact:43' } }, 'c')
    await s.put({ delaySeconds: 259_400 }, { limit }, 'd')
    await s.passUntil('2027-01-05T00:30:00Z', 'a', 'b', 'c', 'd')
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => (await s.get(id)).fires[0]?.outcome))
    expect(outcomes).toEqual(['submitted', 'limited', 'submitted', 'submitted'])
  })

  test('a fire whose process died after its submission is not limited, even if its place has gone to another', async () => {
    let dies = true
    const submitting = async (submit: () => Promise<unknown>): Promise<unknown> => {
      const made = await submit()
      if (dies) throw new Error('The process has died.')
      return made
    }
    const s = scheduling(BEGIN, { submitting })
    const brief = { key: 'k', max: 1, perSeconds: 10 }
    await s.put({ delaySeconds: 60 }, { limit: brief }, 'a')
    await s.put({ delaySeconds: 85 }, { limit: brief }, 'b')
    await expect(s.passUntil('2027-01-01T00:31:00Z', 'a')).rejects.toThrow('died')
    dies = false
    await s.passUntil('2027-01-01T00:31:25Z', 'b')
    await s.passUntil('2027-01-01T00:33:00Z', 'a')
    expect([shortly(await s.get('a')), shortly(await s.get('b'))]).toEqual([
      ['submitted 2027-01-01T00:31Z'],
      ['submitted 2027-01-01T00:31:25.000Z'],
    ])
  })

  test('a fire keeps its place while the queue is full', async () => {
    let isFull = true
    const s = scheduling(BEGIN, {
      submitting: (submit) => (isFull ? Promise.reject(new QueueFullError(1, 1000)) : submit()),
    })
    await s.put({ delaySeconds: 60 }, { limit }, 'a')
    await expect(s.passUntil('2027-01-01T00:31:00Z', 'a')).rejects.toThrow(QueueFullError)
    isFull = false
    await s.passUntil('2027-01-01T00:32:00Z', 'a')
    expect(shortly(await s.get('a'))).toEqual(['submitted 2027-01-01T00:31Z'])
  })

  /** The fires that hold a place after one has asked for it at `now`; `null` where it gets none. */
  const held = (window: LimitWindow | null, fire: string, { now, of = limit }: { now: number; of?: FireLimit }) => {
    const decided = takePlace(window, { tenantId: 'acme', limit: of, fire }, { id: 'lim_1', now })
    return 'store' in decided ? decided.store : null
  }

  test('a place is taken for its whole window, and free again at its end', () => {
    const end = limit.perSeconds * 1000
    const first = held(null, 'a', { now: 0 })
    expect(held(first, 'b', { now: end - 1 })).toBeNull()
    expect(held(first, 'b', { now: end })?.taken.map(({ fire }) => fire)).toEqual(['b'])
  })

  test('a window that became shorter counts the fires that are in it', () => {
    const of = { ...limit, perSeconds: 10 }
    const first = held(null, 'a', { now: 0 })
    expect(held(first, 'b', { now: 9999, of })).toBeNull()
    expect(held(first, 'b', { now: 10_000, of })?.taken.map(({ fire }) => fire)).toEqual(['a', 'b'])
  })

  test('its window is forgotten when no fire counts any more', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 }, { limit })
    await s.passUntil('2027-01-01T00:40:00Z')
    expect(await s.wakeWindow('contact:42')).toBe(Date.parse('2027-01-04T00:31:00Z'))
    s.clock.step(4 * 86_400_000)
    expect(await s.wakeWindow('contact:42')).toBeNull()
  })
})
