import { DAY_MS, HOUR_MS } from '../time/duration.ts'
import { type Batch, type BatchDelivery, type BatchEvent, statusOf } from './batch.ts'
import type { BatchTotals } from './item.ts'
import { isOver, mustStop, withSample } from './progress.ts'

// Pure: no clock, no ids, no I/O.

/** How often a batch is looked at that has something to do: what a dead process has not counted is found by then. */
export const LOOK_MS = 30_000
/** The same of one that waits for its uploader. */
const IDLE_LOOK_MS = 600_000
/** After so long without items, an open batch says that it is idle. */
export const IDLE_MS = HOUR_MS
/** After so long without items, an open batch is closed: its uploader does not come back. */
export const ABANDONED_MS = 7 * DAY_MS
const RETENTION = { kind: 'system', id: 'retention' } as const

/** The batch after its wake has done what was due. @param at which it is to be woken at the latest; `null` for its usual time. */
export function settled(batch: Batch, totals: BatchTotals, { now, at }: { now: number; at: number | null }): Batch {
  const sampled = { ...batch, samples: sampleDue(batch, now) ? withSample(batch.samples, totals, now) : batch.samples }
  if (mustStop(batch, totals)) return { ...sampled, stoppedAt: now, wakeAt: now }
  if (isOver(sampled, totals)) return finished(sampled, totals, now)
  if (isAbandoned(batch, totals, now)) return { ...sampled, closed: { at: now, by: RETENTION }, wakeAt: now }
  const idle = isNewlyIdle(sampled, totals, now) ? announced(sampled, 'batch.idle', { totals, now }) : sampled
  // A later message waits for the one before it, however long its own time has come.
  const [sendsAt = Infinity] = idle.deliveries.flatMap(({ nextAt }) => nextAt ?? [])
  return { ...idle, wakeAt: Math.min(at ?? now + lookMs(totals, now), sendsAt) }
}

/** Whether `settled` would do more than look again later. */
export function needsAttention(batch: Batch, totals: BatchTotals): boolean {
  if (batch.finishedAt !== null) return false
  return isOver(batch, totals) || mustStop(batch, totals)
}

function finished(batch: Batch, totals: BatchTotals, now: number): Batch {
  const ended = { ...batch, finishedAt: now, wakeAt: now }
  const status = statusOf(ended)
  if (status !== 'completed' && status !== 'stopped' && status !== 'canceled') return ended
  return announced(ended, `batch.${status}`, { totals, now })
}

/** The batch with a message about `event`, if its creator wants to hear of it. */
function announced(batch: Batch, event: BatchEvent, { totals, now }: { totals: BatchTotals; now: number }): Batch {
  if (batch.callbackUrl === null) return batch
  const delivery: BatchDelivery = {
    id: `msg_${batch.id.replace(/^bat_/, '')}_${String(batch.deliveries.length + 1)}`,
    event,
    occurredAt: now,
    totals,
    status: 'pending',
    attempts: [],
    attemptCount: 0,
    triedSince: now,
    redeliveries: 0,
    redeliveredAt: null,
    redeliveredBy: null,
    nextAt: now,
  }
  return { ...batch, deliveries: [...batch.deliveries, delivery] }
}

function isAbandoned({ closed }: Batch, { lastItemAt }: BatchTotals, now: number): boolean {
  return closed === null && now - lastItemAt >= ABANDONED_MS
}

/** Once for each pause of an upload. */
function isNewlyIdle({ closed, deliveries }: Batch, { lastItemAt }: BatchTotals, now: number): boolean {
  if (closed !== null || now - lastItemAt < IDLE_MS) return false
  return !deliveries.some(({ event, occurredAt }) => event === 'batch.idle' && occurredAt >= lastItemAt)
}

function lookMs({ counts, lastItemAt }: BatchTotals, now: number): number {
  const isBusy = counts.pending + counts.running > 0 || now - lastItemAt < IDLE_LOOK_MS
  return isBusy ? LOOK_MS : IDLE_LOOK_MS
}

function sampleDue({ samples }: Batch, now: number): boolean {
  const last = samples.at(-1)
  return !last || now - last.at >= LOOK_MS
}
