import type { DoneItem } from '#ports/batch-items.ts'
import { type SqlRow, textAt } from './database.ts'

/**
 * Finds the lines with these keys, `null` for a key that the batch does not have. The parameters are the keys, then the batch. Each
 * key is looked up by itself: for all of them together, Postgres reads the whole batch while it has no statistics of it.
 */
export function linesStatement(count: number): string {
  return `WITH wanted (item_key) AS (VALUES ${Array.from({ length: count }, () => '(?)').join(', ')})
    SELECT item_key, (
      SELECT line FROM batch_items AS item
      WHERE item.batch_id = ? AND item.item_key = wanted.item_key AND item.item_key IS NOT NULL
    ) AS line FROM wanted`
}

/** Finds one completed item for each of `count` content keys, of which a tenant may have any number. The parameters are the keys, then the tenant. */
export function doneStatement(count: number): string {
  return `WITH wanted (content_key) AS (VALUES ${Array.from({ length: count }, () => '(?)').join(', ')})
    SELECT content_key, (
      SELECT line || ' ' || round || ' ' || batch_id FROM batch_items AS item
      WHERE item.tenant_id = ? AND item.content_key = wanted.content_key
        AND item.content_key IS NOT NULL AND item.status = 'completed' LIMIT 1
    ) AS done FROM wanted`
}

export function doneIn(row: SqlRow): readonly DoneItem[] {
  const { done } = row
  if (typeof done !== 'string') return []
  const [line, round, batchId = ''] = done.split(' ')
  return [{ batchId, line: Number(line), round: Number(round), contentKey: textAt(row, 'content_key') }]
}
