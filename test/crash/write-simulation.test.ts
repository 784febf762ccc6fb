import { expect, test } from 'vitest'
import { WRITE_MUTATIONS, type WriteMutation } from './watched-shop.ts'
import { type WriteSimResult, simulateWrites } from './write-simulation.ts'

async function worlds(count: number, mutation: WriteMutation | null = null): Promise<readonly WriteSimResult[]> {
  const results: WriteSimResult[] = []
  for (let seed = 1; seed <= count; seed++) results.push(await simulateWrites(seed, mutation))
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
  expect((await worlds(10, mutation)).filter(({ violations }) => violations.length > 0)).not.toEqual([])
})
