import { expect, test } from 'vitest'
import { caught } from './caught.ts'
import { WRITE_MUTATIONS } from './watched-shop.ts'
import { type WriteSimResult, simulateWrites } from './write-simulation.ts'

async function worlds(count: number): Promise<readonly WriteSimResult[]> {
  const results: WriteSimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulateWrites(seed, null))
  return results
}

test('writes are carried out as they were decided, and no text is written over, in 30 worlds', async () => {
  const results = await worlds(30)
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([])
  // These were no quiet worlds.
  expect(results.filter(({ deaths }) => deaths >= 2).length).toBeGreaterThan(10)
  expect(results.filter(({ decided }) => decided >= 3).length).toBeGreaterThan(15)
})

test.each(WRITE_MUTATIONS)('a world of chance shows that %s', async (mutation) => {
  const look = { worlds: 10, enough: 1 }
  expect(await caught(look, (seed) => simulateWrites(seed, mutation))).toBe(1)
})
