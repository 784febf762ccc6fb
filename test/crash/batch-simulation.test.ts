import { describe, expect, test } from 'vitest'
import { BATCH_SCENARIOS, type BatchSimResult, simulateBatch } from './batch-simulation.ts'
import { BATCH_MUTATIONS } from './batch-world.ts'
import { caught } from './caught.ts'

async function worlds(count: number): Promise<readonly BatchSimResult[]> {
  const results: BatchSimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulateBatch(seed, null))
  return results
}

describe('several executors of one batch, which die by chance', () => {
  test('do each item once, and none while the batch is paused, in 30 worlds', async () => {
    const results = await worlds(30)
    expect(results.filter(({ violations }) => violations.length > 0)).toEqual([])
    // These were no quiet worlds.
    expect(new Set(results.map(({ scenario }) => scenario)).size).toBe(BATCH_SCENARIOS.length)
    expect(results.filter(({ deaths }) => deaths >= 2).length).toBeGreaterThan(15)
  })

  test.each(BATCH_MUTATIONS)('are caught at: %s', async (mutation) => {
    const look = { worlds: 20, enough: 1 }
    expect(await caught(look, (seed) => simulateBatch(seed, mutation))).toBe(1)
  })
})
