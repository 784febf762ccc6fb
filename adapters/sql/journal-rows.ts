import type { JobEvent, StoredEvent } from '#domain/job/event.ts'
import { type SqlRow, numberAt, textAt } from './database.ts'

// A journal is one row a commit: rows written are what Cloudflare bills, and what others sort and sync. `seq` is the number of its first event.

/** The first number of `events`, the last of which has the number `lastSeq`. */
export function firstSeq(lastSeq: number, events: readonly JobEvent[]): number {
  return lastSeq - events.length + 1
}

export function eventsIn(row: SqlRow): readonly StoredEvent[] {
  const first = numberAt(row, 'seq')
  const events = JSON.parse(textAt(row, 'events')) as readonly JobEvent[]
  return events.map((event, index) => ({ seq: first + index, event }))
}
