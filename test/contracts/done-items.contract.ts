import { deepStrictEqual } from 'node:assert/strict'
import type { BatchItems } from '#ports/batch-items.ts'
import { BATCH, ended, filled, item, items, take } from './batch-scene.ts'
import type { ContractCase } from './contract.ts'

/** Part of `batchItemsContract`: what has been done is found by its contents. */
export const doneItemsContract: readonly ContractCase<BatchItems>[] = [
  {
    name: 'done() finds completed items of the tenant by what they contain',
    async run(store) {
      await filled(store, [item({ contentKey: 'x' }), item({ contentKey: 'y' }), item({ contentKey: 'z' })])
      await take(store)
      await store.end(BATCH.id, [ended(1), ended(2, { status: 'failed' })])
      const found = { batchId: BATCH.id, line: 1, round: 0, contentKey: 'x' }
      deepStrictEqual(await store.done('acme', ['x', 'y', 'z']), [found])
      deepStrictEqual(await store.done('other', ['x']), [])
    },
  },
  {
    name: 'done() finds one item a content key, however many are equal',
    async run(store) {
      await filled(
        store,
        [...items(3), item()].map((one) => ({ ...one, contentKey: 'x' })),
        4,
      )
      await take(store)
      await store.end(BATCH.id, [ended(1), ended(2), ended(3), ended(4)])
      const found = await store.done('acme', ['w', 'x', ...items(1200).map((_, index) => String(index))])
      deepStrictEqual(
        found.map(({ contentKey }) => contentKey),
        ['x'],
      )
    },
  },
]
