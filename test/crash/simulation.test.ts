import { describe, expect, test } from 'vitest'
import { caught } from './caught.ts'
import { SIM_MUTATIONS, type SimResult, simulate } from './simulation.ts'

async function worlds(count: number): Promise<readonly SimResult[]> {
  const results: SimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulate(seed, null))
  return results
}

describe('several executors in a world of chance', () => {
  test('keep every promise, in 500 worlds', async () => {
    const results = await worlds(500)
    expect(results.filter(({ violations }) => violations.length > 0)).toEqual([])
    // These were no quiet worlds.
    expect(results.filter(({ status }) => status === 'canceled').length).toBeGreaterThan(25)
    expect(results.filter(({ attempts }) => attempts >= 3).length).toBeGreaterThan(125)
    expect(Math.max(...results.map(({ attempts }) => attempts))).toBeGreaterThan(8)
  })

  test('the same seed is the same world', async () => {
    for (const seed of [3, 77, 286])
      expect(await simulate(seed, 'skip fence')).toEqual(await simulate(seed, 'skip fence'))
  })

  test.each(SIM_MUTATIONS)('are caught at: %s', async (mutation) => {
    const look = { worlds: mutation === 'wait for no tool' ? 400 : 100, enough: 4 }
    expect(await caught(look, (seed) => simulate(seed, mutation))).toBe(4)
  })
})
