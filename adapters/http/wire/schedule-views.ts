import type * as z from 'zod'
import type { Upcoming } from '#application/schedule/upcoming.ts'
import type { Fire } from '#domain/schedule/fire.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import type { ScheduleInput, When } from '#domain/schedule/spec.ts'
import { epochMs, rfc3339 } from './common.ts'
import { jobOptionsOf } from './job-options.ts'
import type { Schedule as ScheduleShape, SchedulePage, ScheduleSummary } from './schedule.ts'
import type { ScheduleBody } from './schedule-requests.ts'

export type ScheduleView = Readonly<z.infer<typeof ScheduleShape>>

type SummaryView = z.infer<typeof ScheduleSummary>

/** The body of a PUT, as the use case takes it. */
export function scheduleInputOf(body: Omit<ScheduleBody, 'occurredAt'>): ScheduleInput {
  const { agent, input, when, latestBy, endAt, tags, metadata, callback, retentionSeconds, ...policies } = body
  return {
    agent,
    input,
    when: 'at' in when ? { at: epochMs(when.at) } : when,
    ...given({ ...policies }),
    ...(latestBy !== undefined && { latestBy: epochMs(latestBy) }),
    ...(endAt !== undefined && { endAt: epochMs(endAt) }),
    ...jobOptionsOf({ tags, metadata, callback, retentionSeconds }),
  }
}

/** Without the members that are `undefined`: they have defaults. */
function given<T extends object>(said: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as never
}

export interface Shown {
  readonly schedule: Schedule
  readonly upcoming: readonly Upcoming[]
}

/** A schedule as its tenant sees it; what it holds only if that may be read. */
export function scheduleView({ schedule, upcoming }: Shown, mayRead: boolean): ScheduleView {
  const isMade = schedule.generation > 0
  return {
    ...outlineView(schedule),
    ...(mayRead && isMade && { ...specView(schedule), ...stateView(schedule, upcoming) }),
  }
}

function outlineView(schedule: Schedule): Omit<SummaryView, 'agent' | 'when' | 'tags'> {
  const { scheduleId, status, nextFireAt, pausedBecause, endedAt, endedBecause, createdAt, changedAt } = schedule
  return {
    id: scheduleId,
    status,
    nextFireAt: timeOrNull(status === 'paused' ? null : nextFireAt),
    ...(pausedBecause && { pausedBecause }),
    ...(endedAt !== null && { endedAt: rfc3339(endedAt) }),
    ...(endedBecause && { endedBecause }),
    ...(schedule.declaredBy && { declaredBy: schedule.declaredBy }),
    createdAt: rfc3339(createdAt),
    changedAt: rfc3339(changedAt),
    links: { self: `/schedules/${scheduleId}` },
  }
}

function specView({ spec }: Schedule): Partial<ScheduleView> {
  const { input, merge, overlap, catchUp, catchUpWithinSeconds, quietHours, limit, metadata, callback } = spec
  return {
    ...mainView(spec),
    input,
    latestBy: timeOrNull(spec.latestBy),
    merge,
    overlap,
    catchUp,
    catchUpWithinSeconds,
    quietHours,
    limit,
    pauseAfterFailures: spec.pauseAfterFailures,
    endAt: timeOrNull(spec.endAt),
    ...(spec.writes && { writes: spec.writes }),
    metadata,
    callback: callback && { url: callback.url, events: [...callback.events] },
    retentionSeconds: spec.retainMs === null ? null : spec.retainMs / 1000,
  }
}

function mainView({ agent, when, tags }: Schedule['spec']): Pick<SummaryView, 'agent' | 'when' | 'tags'> {
  return { agent, when: whenView(when), tags: [...tags] }
}

function whenView(when: When): SummaryView['when'] {
  return 'at' in when ? { at: rfc3339(when.at) } : when
}

function stateView(schedule: Schedule, upcoming: readonly Upcoming[]): Partial<ScheduleView> {
  const { waiting, backfill, events, droppedEvents, failures, fires, createdBy, changedBy } = schedule
  return {
    occurredAt: timeOrNull(schedule.newestOccurredAt),
    next: upcoming.map(({ at, wallTime, note }) => ({ at: rfc3339(at), local: wallTime, ...(note && { note }) })),
    waiting: waiting && {
      nominalAt: rfc3339(waiting.nominalAt),
      for: waiting.for,
      until: rfc3339(waiting.until),
    },
    backfill: backfill && { after: rfc3339(backfill.after), to: rfc3339(backfill.to) },
    events: events.length,
    droppedEvents,
    failures,
    fires: fires.map(fireView).toReversed(),
    createdBy,
    changedBy,
  }
}

function fireView(fire: Fire): NonNullable<ScheduleView['fires']>[number] {
  const { nominalAt, count, lastNominalAt, cause, outcome, at, jobId, canceledJobId, movedTo, reason, error } = fire
  return {
    nominalAt: rfc3339(nominalAt),
    count,
    ...(count > 1 && { lastNominalAt: rfc3339(lastNominalAt) }),
    cause,
    outcome,
    at: rfc3339(at),
    ...(jobId !== null && { jobId, links: { job: `/jobs/${jobId}` } }),
    ...(canceledJobId !== null && { canceledJobId }),
    ...(movedTo !== null && { movedTo: rfc3339(movedTo) }),
    ...(reason && { reason }),
    ...(error && { error }),
  }
}

interface Page {
  readonly schedules: readonly Schedule[]
  readonly next: string | null
}

export function schedulePageView({ schedules, next }: Page): z.infer<typeof SchedulePage> {
  return {
    schedules: schedules.map((schedule) => ({ ...outlineView(schedule), ...mainView(schedule.spec) })),
    ...(next !== null && { next_page_token: next }),
  }
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : rfc3339(at)
}
