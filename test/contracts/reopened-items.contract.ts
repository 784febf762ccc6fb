import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { BatchItems } from '#ports/batch-items.ts'
import { BAD, BATCH, counts, ended, filled, items, lines, take } from './batch-scene.ts'
import type { ContractCase } from './contract.ts'

/** What a retry of a batch makes pending. */
export const reopenedItemsContract: readonly ContractCase<BatchItems>[] = [
  {
    name: 'reopen() makes failed items of earlier rounds pending, once a round, and no line that could not be read',
    async run(store) {
      await filled(store, [BAD, ...items(3)])
      await take(store)
      await store.end(BATCH.id, [ended(2, { status: 'failed' }), ended(3), ended(4, { status: 'failed' })])
      const slice = { batchId: BATCH.id, most: 1, at: 8000, status: 'failed', round: 1 } as const
      strictEqual(await store.reopen(slice), 1)
      strictEqual(await store.reopen(slice), 1)
      strictEqual(await store.reopen(slice), 0)
      deepStrictEqual(await counts(store), { pending: 2, completed: 1, failed: 1 })
      deepStrictEqual(
        (await take(store)).map(({ line, round }) => [line, round]),
        [
          [2, 1],
          [4, 1],
        ],
      )
      await store.end(BATCH.id, [ended(2), ended(4, { round: 1, status: 'failed' })])
      strictEqual(await store.reopen(slice), 0)
      deepStrictEqual(await lines(store, 'failed'), [1, 4])
      strictEqual((await store.totals(BATCH.id))?.refusedLines, 1)
    },
  },
  {
    name: 'reopen() leaves canceled items that were taken',
    async run(store) {
      await filled(store, items(3), 1)
      await take(store)
      await store.end(BATCH.id, [ended(1, { status: 'canceled' })])
      await store.control(BATCH.id, { isClosed: true, window: 0, version: 2 })
      await store.cancelPending({ batchId: BATCH.id, most: 3, at: 7000 })
      strictEqual(await store.reopen({ batchId: BATCH.id, most: 5, at: 8000, status: 'canceled', round: 1 }), 2)
      deepStrictEqual(await lines(store, 'pending'), [2, 3])
    },
  },
]
