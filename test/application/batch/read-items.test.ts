import { expect, test } from 'vitest'
import { type ItemPage, type ItemResult, ReadItems } from '#application/batch/read-items.ts'
import type { Batch } from '#domain/batch/batch.ts'
import type { BatchItem } from '#domain/batch/item.ts'
import type { FinishedJob } from '#domain/job/job.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { NO_TURN_COST } from '#domain/money/cost.ts'

const QUERY = { tenantId: 'acme', batchId: 'bat_1' }

/** A batch of completed items whose outputs have so many characters, and whose inputs are as large. */
function reading(sizes: readonly number[]) {
  const items = sizes.map((size, index): BatchItem => {
    const nothing = { key: null, metadata: {}, contentKey: null, problem: null, doneBy: null }
    return {
      ...nothing,
      line: index + 1,
      round: 0,
      status: 'completed',
      stopReason: 'finished',
      input: 'i'.repeat(size),
      takenAt: 1,
      endedAt: 2,
    }
  })
  let inMemory = 0
  let mostInMemory = 0
  let mostListed = 0
  const readItems = new ReadItems({
    batches: { get: () => Promise.resolve({} as Batch) },
    items: {
      list: ({ after, size }) => {
        mostListed = Math.max(mostListed, size)
        return Promise.resolve(items.filter(({ line }) => line > after).slice(0, size))
      },
    },
    derivedIds: { make: (_prefix, _tenantId, key) => Promise.resolve(key.split('\n')[1] ?? '') },
    jobs: {
      get: async (_tenantId, id) => {
        mostInMemory = Math.max(mostInMemory, ++inMemory)
        await new Promise<void>(setImmediate)
        inMemory--
        const output = 'o'.repeat(sizes[Number(id) - 1] ?? 0)
        const receipt = { usage: { answered: NO_USAGE }, cost: NO_TURN_COST }
        return { status: 'completed', report: { output }, receipt } as FinishedJob
      },
    },
  })
  const pages = async (size: number): Promise<readonly (readonly ItemResult[])[]> => {
    const all: (readonly ItemResult[])[] = []
    for (let after: number | null = 0; after !== null;) {
      const { results, next } = await readItems.results({ ...QUERY, after, size })
      all.push(results)
      after = next
    }
    return all
  }
  const itemPages = async (size: number): Promise<readonly (readonly number[])[]> => {
    const all: (readonly number[])[] = []
    for (let after: number | null = 0; after !== null;) {
      const page: ItemPage = await readItems.page({ ...QUERY, after, size })
      all.push(page.items.map(({ item }) => item.line))
      after = page.next
    }
    return all
  }
  return { pages, itemPages, mostInMemory: () => mostInMemory, mostListed: () => mostListed }
}

const LARGE = 512 * 1024

test('a page of results ends where its outputs become large, and the next begins there', async () => {
  const { pages, mostInMemory } = reading([...Array<number>(9).fill(LARGE), 10, 10])
  const read = await pages(20)
  expect(read.map(({ length }) => length)).toEqual([4, 4, 3])
  expect(read.flat().map(({ item }) => item.line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect(read.flat().map(({ outcome }) => JSON.stringify(outcome?.output).length)).toEqual(
    [...Array<number>(9).fill(LARGE), 10, 10].map((size) => size + 2),
  )
  expect(mostInMemory()).toBe(4)
})

test('pages of small outputs have the size that was wanted', async () => {
  const { pages } = reading(Array<number>(11).fill(10))
  expect((await pages(5)).map(({ length }) => length)).toEqual([5, 5, 1])
})

test('results hold no inputs, which are not shown', async () => {
  const { pages } = reading([LARGE])
  const [[only] = []] = await pages(5)
  expect(only?.item.input).toBeNull()
})

test('a page of items ends where its inputs become large, and the next begins there', async () => {
  const { itemPages, mostListed } = reading([...Array<number>(5).fill(LARGE), ...Array<number>(23).fill(10), LARGE])
  const pages = await itemPages(100)
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 25])
  expect(pages.flat()).toEqual(Array.from({ length: 29 }, (_, index) => index + 1))
  // One more says whether a group is the last.
  expect(mostListed()).toBe(11)
})

test.each([
  { count: 25, size: 100, pages: [25] },
  { count: 25, size: 12, pages: [12, 12, 1] },
  { count: 20, size: 10, pages: [10, 10] },
  { count: 0, size: 10, pages: [0] },
])('$count small items in pages of $size', async ({ count, size, pages }) => {
  const read = await reading(Array<number>(count).fill(10)).itemPages(size)
  expect(read.map(({ length }) => length)).toEqual(pages)
})
