import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { ItemEnd } from '#domain/batch/item.ts'
import type { BatchCursor, BatchIndex, BatchIndexWriter } from '#ports/batch-index.ts'
import { ended } from './batch-scene.ts'
import type { ContractCase } from './contract.ts'

/** An index, and what happens to batches with all that it makes the index learn. */
export interface BatchIndexSubject {
  readonly index: BatchIndex & BatchIndexWriter
  /** Creates a batch without lines. */
  create(batch: BatchCursor & { readonly tenantId: string }): Promise<unknown>
  /** Creates a batch of the tenant `acme`, with so many items under way. */
  fill(lines: number): Promise<unknown>
  /** Ends items of that batch. */
  end(ends: readonly ItemEnd[]): Promise<unknown>
  /** Closes that batch; it is over where nothing is left to do. */
  close(): Promise<unknown>
  /** Retries the failed items of that batch, which is over. */
  retry(): Promise<unknown>
}

/** Each case begins without batches. */
export const batchIndexContract: readonly ContractCase<BatchIndexSubject>[] = [
  {
    name: 'batches are listed newest first, each tenant its own',
    async run({ index, create }) {
      for (const [id, tenantId, createdAt] of [
        ['bat_b', 'acme', 1],
        ['bat_a', 'acme', 2],
        ['bat_c', 'acme', 2],
        ['bat_d', 'other', 3],
      ] as const)
        await create({ id, tenantId, createdAt })
      const first = await index.list({ tenantId: 'acme', size: 2, after: null })
      deepStrictEqual(
        first.map(({ id }) => id),
        ['bat_c', 'bat_a'],
      )
      const rest = await index.list({ tenantId: 'acme', size: 2, after: first.at(-1) ?? null })
      deepStrictEqual(rest, [{ id: 'bat_b', createdAt: 1 }])
    },
  },
  {
    name: 'the lines of a batch count until it is over, and again while it is retried',
    async run({ index, fill, end, close, retry }) {
      strictEqual(await index.unfinishedLines('acme'), 0)
      await fill(2)
      strictEqual(await index.unfinishedLines('acme'), 2)
      strictEqual(await index.unfinishedLines('other'), 0)
      await end([ended(1)])
      strictEqual(await index.unfinishedLines('acme'), 2)
      await end([ended(2, { status: 'failed' })])
      await close()
      strictEqual(await index.unfinishedLines('acme'), 0)
      await retry()
      strictEqual(await index.unfinishedLines('acme'), 2)
    },
  },
  {
    name: 'batches with a callback that was given up are listed until that is taken back, each tenant its own',
    async run({ index, create }) {
      for (const [id, tenantId, createdAt] of [
        ['bat_a', 'acme', 1],
        ['bat_b', 'acme', 2],
        ['bat_c', 'acme', 3],
        ['bat_d', 'other', 4],
      ] as const) {
        await create({ id, tenantId, createdAt })
        if (id !== 'bat_b') await index.noteCallbacks(id, true)
      }
      const failed = { tenantId: 'acme', hasFailedCallback: true } as const
      const [first] = await index.list({ ...failed, size: 1, after: null })
      deepStrictEqual(first, { id: 'bat_c', createdAt: 3 })
      deepStrictEqual(await index.list({ ...failed, size: 9, after: first }), [{ id: 'bat_a', createdAt: 1 }])
      await index.noteCallbacks('bat_a', false)
      await index.noteCallbacks('bat_gone', true)
      deepStrictEqual(await index.list({ ...failed, size: 9, after: null }), [first])
    },
  },
]
