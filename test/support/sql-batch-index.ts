import { SqlBatchIndex } from '#adapters/sql/batch-index.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import type { BatchIndexSubject } from '#test/contracts/batch-index.contract.ts'
import { BATCH, filled, items, take } from '#test/contracts/batch-scene.ts'

/** The index that is read from the totals in a database. */
export function sqlBatchIndex(db: SqlDatabase): BatchIndexSubject {
  const stored = new SqlBatchItems(db)
  return {
    index: new SqlBatchIndex(db),
    create: ({ id, tenantId, createdAt }) => stored.open({ id, tenantId, at: createdAt }),
    fill: async (lines) => {
      await filled(stored, items(lines), lines)
      await take(stored)
    },
    end: (ends) => stored.end(BATCH.id, ends),
    close: () => stored.control(BATCH.id, { isClosed: true, window: 3, version: 2 }),
    retry: () => stored.reopen({ batchId: BATCH.id, most: 100, at: 6000, status: 'failed', round: 1 }),
  }
}
