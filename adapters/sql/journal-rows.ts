import type { JobEvent, StoredEvent } from '#domain/job/event.ts'
import { type SqlRow, numberAt, textAt } from './database.ts'

// A journal is one row a commit: rows written are what Cloudflare bills, and what others sort and sync. `seq` is the number of its first
// event, so of two who write what comes after the same event only one can.

export function eventsIn(row: SqlRow): readonly StoredEvent[] {
  const first = numberAt(row, 'seq')
  const events = JSON.parse(textAt(row, 'events')) as readonly JobEvent[]
  return events.map((event, index) => ({ seq: first + index, event }))
}

/** The rows that hold events after a number, of the journal that `where` selects: the one that reaches past it may begin before it. */
export function rowsAfter(where: string): string {
  return `SELECT seq, events FROM journal WHERE ${where} AND seq >= COALESCE((SELECT MAX(seq) FROM journal WHERE ${where} AND seq <= ?), 0)
    ORDER BY seq`
}
