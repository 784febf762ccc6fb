import { HOUR_MS, MINUTE_MS } from '../time/duration.ts'
import { WEBHOOK_KEPT_MS, type WebhookLogKey } from './event.ts'
import type { VerifiedEvent } from './verified-event.ts'

/** How far the missed events of one webhook have been looked for. Times are epoch ms. */
export interface Sweep extends WebhookLogKey {
  /** Nothing that happened before it is looked for: when the sweeps were first asked for. */
  readonly startedAt: number
  /** What happened until then has been looked for. */
  readonly sweptUntil: number
  /** The sweep that is not at its end; `null` between two. */
  readonly underWay: Progress | null
  /** Events that no delivery had brought. */
  readonly found: number
  /** Why the last try failed; `null` when it did not. */
  readonly failure: SweepFailure | null
  readonly dueAt: number
  /** 1 when it is first stored, and one more with each change. */
  readonly version: number
}

export interface Progress {
  readonly sinceAt: number
  readonly begunAt: number
  /** Where it goes on; `null` at the beginning. */
  readonly page: string | null
  readonly pages: number
}

export interface SweepFailure {
  readonly at: number
  readonly reason: string
  /** Failures in a row. */
  readonly tries: number
}

export const SWEEP_FORMAT = 1

/**
 * How far a sweep reaches back behind the end of the one before. The sender's clock is not ours, and what it says of its
 * changes may come late.
 */
export const OVERLAP_MS = 15 * MINUTE_MS

/** Of one sweep: a `find` that never ends is at fault. */
export const MOST_PAGES = 1000

/** What happened before is not looked for. Its events may have been delivered under another identity. */
export function firstSweep({ tenantId, source }: WebhookLogKey, now: number, everyMs: number): Sweep {
  const dueAt = now + everyMs
  return {
    ...{ tenantId, source, startedAt: now, sweptUntil: now, underWay: null, found: 0, failure: null },
    ...{ dueAt, version: 1 },
  }
}

/** Also when the clock was set back since, and when the interval has become shorter. */
export function isSweepDue({ dueAt }: Sweep, now: number, everyMs: number): boolean {
  return dueAt <= now || dueAt > now + everyMs
}

/** What is looked for next. At most seven days back, because what was delivered before is no longer in the log. */
export function progressOf({ underWay, startedAt, sweptUntil }: Sweep, now: number): Progress {
  if (underWay) return underWay
  const sinceAt = Math.max(startedAt, Math.min(sweptUntil, now) - OVERLAP_MS, now - WEBHOOK_KEPT_MS)
  return { sinceAt, begunAt: now, page: null, pages: 0 }
}

/** Senders list what has changed, and an old event may have. Whether it was delivered is not known any more. */
export function isInGap({ occurredAt }: Pick<VerifiedEvent, 'occurredAt'>, { sinceAt }: Progress): boolean {
  return occurredAt === undefined || occurredAt >= sinceAt
}

/** Of a webhook without `missed`; `null` when nothing of the sweep is of use any more. */
export function whileNotDeclared(sweep: Sweep, now: number): Sweep | null {
  const endsAt = sweep.sweptUntil + WEBHOOK_KEPT_MS
  if (endsAt <= now) return null
  return { ...sweep, underWay: null, dueAt: Math.min(endsAt, now + HOUR_MS), version: sweep.version + 1 }
}

export interface Page {
  readonly next: string | null
  readonly found: number
  readonly now: number
  readonly everyMs: number
}

export function afterPage(sweep: Sweep, progress: Progress, { next, found, now, everyMs }: Page): Sweep {
  const seen = { ...sweep, found: sweep.found + found, failure: null, version: sweep.version + 1 }
  if (next !== null) return { ...seen, underWay: { ...progress, page: next, pages: progress.pages + 1 }, dueAt: now }
  return { ...seen, underWay: null, sweptUntil: progress.begunAt, dueAt: progress.begunAt + everyMs }
}

/** The next try begins at the first page, because a sender's cursor may have ended. */
export function afterFailure(
  sweep: Sweep,
  { reason, now, everyMs }: Omit<Page, 'next' | 'found'> & { readonly reason: string },
): Sweep {
  const tries = (sweep.failure?.tries ?? 0) + 1
  const waitMs = Math.min(everyMs, HOUR_MS, MINUTE_MS * 2 ** Math.min(tries - 1, 6))
  return {
    ...sweep,
    underWay: null,
    failure: { at: now, reason, tries },
    dueAt: now + waitMs,
    version: sweep.version + 1,
  }
}
