import type { JsonValue } from '../json/json.ts'
import type { RecordKind, Stored } from '../record/kind.ts'
import type { Actor } from '../tenant/actor.ts'
import { DAY_MS, HOUR_MS } from '../time/duration.ts'
import type { Fire, FireCause } from './fire.ts'
import type { ScheduleSpec } from './spec.ts'

export const SCHEDULE_STATUSES = ['active', 'paused', 'ended'] as const

export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number]

/** Something that submits jobs by itself, under an id that its caller chose. Times are epoch ms. */
export interface Schedule extends Stored {
  /** Derived from the tenant and `scheduleId`, so a schedule is found without a look-up. */
  readonly id: string
  /** The caller's: `SCHEDULE_ID`. */
  readonly scheduleId: string
  readonly status: ScheduleStatus
  readonly spec: ScheduleSpec
  /**
   * Names one life of the schedule: another one when its `when` changes, and when it starts again after its end. Jobs
   * are identified by it and the nominal time, so it never repeats. The time at which it began, or a little more.
   */
  readonly generation: number
  /** What intervals are counted from. */
  readonly anchorAt: number
  /** Every nominal time up to this one has been decided. */
  readonly decidedUntil: number
  /** The next nominal time; `null` when there is none. */
  readonly nextFireAt: number | null
  /** When `nextFireAt` was computed, by the rules that its time zone had then. */
  readonly plannedAt: number
  /** One fire that waits for the end of quiet hours, or for an earlier job. */
  readonly waiting: WaitingFire | null
  /** Decided, and being submitted. */
  readonly pending: PendingFires | null
  /** Runs on request that are not decided yet. */
  readonly requests: readonly RunRequest[]
  readonly backfill: Backfill | null
  /** Inputs of the PUTs since the last fire (`merge: all`), in order of `occurredAt`. */
  readonly events: readonly JsonValue[]
  /** How many older ones were dropped, because `events` is bounded. */
  readonly droppedEvents: number
  /** The last jobs of fires whose end has not been seen yet, oldest first. */
  readonly openJobs: readonly string[]
  /** Failed jobs in a row. */
  readonly failures: number
  /** The last `FIRES_KEPT`, oldest first. */
  readonly fires: readonly Fire[]
  /** The newest `occurredAt` of a PUT or DELETE; `null` where none had one. */
  readonly newestOccurredAt: number | null
  readonly declaredBy: 'code' | null
  readonly createdAt: number
  readonly createdBy: Actor
  /** Of the last PUT, pause, resume or deletion. */
  readonly changedAt: number
  readonly changedBy: Actor
  readonly pausedBecause: 'caller' | 'failures' | null
  readonly endedAt: number | null
  readonly endedBecause: EndReason | null
}

/** `completed`: it has no further fire. `removed_from_code`: a deploy no longer declares it. */
export type EndReason = 'completed' | 'deleted' | 'removed_from_code'

/** What a fire submits. */
export type ScheduledWork = Pick<
  ScheduleSpec,
  'agent' | 'input' | 'tags' | 'metadata' | 'callback' | 'retainMs' | 'limit' | 'writes'
>

/**
 * Fires whose jobs are being submitted. They are stored before, with their work, so that a crash or a PUT changes
 * nothing of them.
 */
export interface PendingFires {
  /** Oldest first. */
  readonly fires: readonly PendingFire[]
  readonly work: ScheduledWork
  /** When another process submits them: then the one that has decided them is dead. */
  readonly submitAt: number
}

export interface PendingFire {
  readonly nominalAt: number
  readonly cause: FireCause
  /** What its job's id is derived from. */
  readonly key: string
  /** The jobs to cancel first. */
  readonly cancels: readonly string[]
}

export interface RunRequest {
  readonly key: string
  readonly nominalAt: number
}

export interface WaitingFire {
  readonly nominalAt: number
  /** `quiet_hours`: at `until` it fires. `overlap`: at `until` it looks again whether the earlier job has ended. */
  readonly for: 'quiet_hours' | 'overlap'
  readonly until: number
  /** When it began to wait. */
  readonly since: number
}

/** Nominal times that are submitted again on request, in slices. */
export interface Backfill {
  /** The next one is after this time. */
  readonly after: number
  readonly to: number
  readonly by: Actor
}

/** What a schedule may be called. */
export const SCHEDULE_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** How long an ended schedule is kept: it still refuses events that are older than the newest seen. */
export const ENDED_KEPT_MS = 7 * DAY_MS

/** Inputs kept for `merge: all`. */
export const MAX_EVENTS = 100

/** Characters of an input as JSON, and of all inputs kept for `merge: all`: a record has to fit into one row. */
export const MAX_INPUT_CHARS = 150_000

/** Runs on request that wait to be decided. */
export const MAX_REQUESTS = 20

/** Nominal times of one backfill. */
export const MAX_BACKFILL = 1000

/** Jobs of earlier fires whose end is looked for. */
export const MAX_OPEN_JOBS = 20

/**
 * A time zone may change its rules after a fire was planned. So a fire that was planned longer before is planned again
 * this long before it is due: more than any zone has ever moved.
 */
export const PLANNED_AGAIN_MS = 25 * HOUR_MS

export const SCHEDULE = {
  name: 'schedule',
  prefix: 'sch',
  format: 1,
  nextWakeAt: (schedule: Schedule): number | null => {
    const { status, pending, requests, backfill, waiting, updatedAt, endedAt } = schedule
    if (pending) return pending.submitAt
    if (backfill || requests.length > 0) return updatedAt
    if (status === 'ended') return (endedAt ?? updatedAt) + ENDED_KEPT_MS
    if (status === 'paused') return null
    const times = [plannedWakeAt(schedule), waiting?.until ?? null].filter((at) => at !== null)
    return times.length > 0 ? Math.min(...times) : updatedAt
  },
  isOver: ({ status, pending, requests, backfill }: Schedule): boolean =>
    status === 'ended' && !pending && !backfill && requests.length === 0,
  mayBeEarly: ({ pending, waiting }: Schedule): boolean => pending !== null || waiting?.for === 'overlap',
} as const satisfies RecordKind<Schedule>

function plannedWakeAt({ nextFireAt, plannedAt, spec }: Schedule): number | null {
  if (nextFireAt === null || !('cron' in spec.when)) return nextFireAt
  const againAt = nextFireAt - PLANNED_AGAIN_MS
  return againAt - plannedAt > HOUR_MS ? againAt : nextFireAt
}
