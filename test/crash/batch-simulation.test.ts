import { describe, expect, test } from 'vitest'
import { BATCH_SCENARIOS, type BatchSimResult, simulateBatch } from './batch-simulation.ts'
import { BATCH_MUTATIONS, type BatchMutation } from './batch-world.ts'

async function worlds(count: number, mutation: BatchMutation | null = null): Promise<readonly BatchSimResult[]> {
  const results: BatchSimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulateBatch(seed, mutation))
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
    const found = (await worlds(20, mutation)).filter(({ violations }) => violations.length > 0)
    expect(found).not.toEqual([])
  })
})
