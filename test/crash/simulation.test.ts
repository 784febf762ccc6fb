import { describe, expect, test } from 'vitest'
import { SIM_MUTATIONS, type SimMutation, type SimResult, simulate } from './simulation.ts'

async function worlds(count: number, mutation: SimMutation | null = null): Promise<readonly SimResult[]> {
  const results: SimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulate(seed, mutation))
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
    const found = (await worlds(mutation === 'wait for no tool' ? 400 : 100, mutation)).filter(
      ({ violations }) => violations.length > 0,
    )
    expect(found.length).toBeGreaterThan(3)
  })
})
