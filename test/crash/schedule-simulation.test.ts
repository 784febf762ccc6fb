import { describe, expect, test } from 'vitest'
import { caught } from './caught.ts'
import { SCHEDULE_SCENARIOS } from './schedule-scenarios.ts'
import { SCHEDULE_MUTATIONS } from './schedule-process.ts'
import { type ScheduleSimResult, simulateSchedule } from './schedule-simulation.ts'

async function worlds(count: number): Promise<readonly ScheduleSimResult[]> {
  const results: ScheduleSimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulateSchedule(seed, null))
  return results
}

describe('several processes that wake one schedule, in a world of chance', () => {
  test('keep every promise, in 60 worlds', async () => {
    const results = await worlds(60)
    expect(results.filter(({ violations }) => violations.length > 0)).toEqual([])
    // These were no quiet worlds.
    expect(new Set(results.map(({ scenario }) => scenario)).size).toBe(SCHEDULE_SCENARIOS.length)
    expect(results.filter(({ deaths }) => deaths >= 20).length).toBeGreaterThan(50)
    expect(results.filter(({ jobs }) => jobs >= 10).length).toBeGreaterThan(40)
  })

  test('the same seed is the same world', async () => {
    for (const seed of [3, 13])
      expect(await simulateSchedule(seed, 'saves over other writers')).toEqual(
        await simulateSchedule(seed, 'saves over other writers'),
      )
  })

  test.each(SCHEDULE_MUTATIONS)('are caught at: %s', async (mutation) => {
    const look = { worlds: 25, enough: 3 }
    expect(await caught(look, (seed) => simulateSchedule(seed, mutation))).toBe(3)
  })
})
