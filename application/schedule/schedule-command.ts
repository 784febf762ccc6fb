import type { Schedule } from '#domain/schedule/schedule.ts'
import type { ScheduleSpec } from '#domain/schedule/spec.ts'
import type { Actor } from '#domain/tenant/actor.ts'

/** Names a schedule of a tenant, and the caller who changes it. */
export interface ScheduleKey {
  readonly tenantId: string
  readonly scheduleId: string
  readonly by: Actor
}

/** A change of one schedule. It travels to where the schedule lives. Times are epoch ms. */
export type ScheduleCommand = ScheduleKey & ScheduleChange

export type ScheduleChange =
  | {
      readonly type: 'put'
      readonly spec: ScheduleSpec
      readonly occurredAt: number | null
      readonly declaredBy: 'code' | null
    }
  | {
      readonly type: 'delete'
      readonly occurredAt: number | null
      readonly because: 'deleted' | 'removed_from_code'
    }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** The same key runs once. */
  | { readonly type: 'run'; readonly key: string; readonly jobId: string }
  /** Nominal times from `from` to before `to`. */
  | { readonly type: 'backfill'; readonly from: number; readonly to: number }

export interface ScheduleAnswer {
  readonly schedule: Schedule
  /** There was none of this id before. */
  readonly created: boolean
  /** Nothing was changed: a newer event was seen before, or it is a repeat. */
  readonly ignored: boolean
}
