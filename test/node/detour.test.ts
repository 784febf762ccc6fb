import { describe, expect, test } from 'vitest'
import { Detour } from '#adapters/node/sqlite/detour.ts'

const QUICK = 0.3
const SLOW = 5

/** How many commits in a row take the detour before the direct way is tried again. */
function stay(detour: Detour): number {
  for (let taken = 0; ; taken++) if (!detour.take()) return taken
}

describe('the detour around a slow disk', () => {
  test('is not taken while the disk is quick', () => {
    const detour = new Detour()
    expect(stay(detour)).toBe(0)
    detour.tell(QUICK)
    expect(stay(detour)).toBe(0)
  })

  test('is taken once after a slow answer, and longer and longer while they go on', () => {
    const detour = new Detour()
    const stays = Array.from({ length: 9 }, () => {
      detour.tell(SLOW)
      return stay(detour)
    })
    expect(stays).toEqual([1, 3, 7, 15, 31, 63, 127, 127, 127])
  })

  test('is forgotten with the first quick answer', () => {
    const detour = new Detour()
    for (const ms of [SLOW, SLOW, SLOW, QUICK]) detour.tell(ms)
    expect(stay(detour)).toBe(0)
    detour.tell(SLOW)
    expect(stay(detour)).toBe(1)
  })
})
