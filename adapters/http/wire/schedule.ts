import * as z from 'zod'
import { FIRE_OUTCOMES } from '#domain/schedule/fire.ts'
import { SCHEDULE_STATUSES } from '#domain/schedule/schedule.ts'
import { ActorView } from './actor.ts'
import { agentName, anyJson, count, jobId, timestamp } from './common.ts'
import { callbackEvent, jobError } from './job.ts'
import { SCHEDULE_EXAMPLES as EXAMPLES } from './schedule-examples.ts'
import { writes } from './job-options.ts'
import { catchUp, merge, overlap } from './schedule-requests.ts'

const scheduleStatus = z.enum(SCHEDULE_STATUSES).meta({ id: 'ScheduleStatus' })

const Upcoming = z.object({
  at: timestamp,
  local: z.string().meta({
    description: "RFC 3339 with the offset of the schedule's zone, or in UTC.",
    examples: ['2026-12-07T07:00:00+01:00'],
  }),
  note: z.enum(['after_gap', 'first_pass', 'second_pass']).optional().meta({
    description:
      'What a clock change does to it. `after_gap`: its wall time does not exist that day, so it fires right after the gap. `first_pass`, `second_pass`: its wall time comes twice that day.',
  }),
})

const Fire = z.object({
  nominalAt: timestamp.meta({
    description: 'The time that the schedule gives it; of a run on request, that of the request.',
  }),
  count: count.meta({ description: 'Fires that this entry stands for.' }),
  lastNominalAt: timestamp.optional().meta({ description: 'Of the last of them, where they are several.' }),
  cause: z.enum(['schedule', 'run', 'backfill']),
  outcome: z.enum(FIRE_OUTCOMES).meta({
    description:
      '`submitted`: its job was accepted. `missed`: no server ran then. `skipped`, `canceled`: for `reason`. `moved`: to `movedTo`. `queued`: it waits for an earlier job. `limited`: by `limit`. `refused`: the submission was, with `error`. A later entry says what became of a `moved` or `queued` fire.',
  }),
  at: timestamp.meta({ description: 'When this was decided.' }),
  jobId: jobId.optional(),
  canceledJobId: jobId.optional().meta({ description: 'The job that made room (`cancel_previous`).' }),
  movedTo: timestamp.optional(),
  reason: z.enum(['overlap', 'already_waiting', 'paused', 'paused_after_failures', 'deleted', 'replaced']).optional(),
  error: jobError.optional(),
  links: z.object({ job: z.string() }).optional(),
})

const FOR_READERS = 'Absent without the scope `read`.'

const outline = {
  id: z.string().meta({ description: 'The id that the caller chose.', examples: [EXAMPLES.schedule.id] }),
  status: scheduleStatus,
  nextFireAt: timestamp
    .nullable()
    .meta({ description: 'The next time of the schedule; `null` when there is none, and while it is paused.' }),
  pausedBecause: z.enum(['caller', 'failures']).optional(),
  endedAt: timestamp.optional(),
  endedBecause: z.enum(['completed', 'deleted', 'removed_from_code']).optional(),
  declaredBy: z.literal('code').optional().meta({ description: 'Present where `errand.config.ts` declares it.' }),
  createdAt: timestamp,
  changedAt: timestamp.meta({ description: 'Of the last PUT, pause, resume or deletion.' }),
  links: z.object({ self: z.string() }),
}

const spec = {
  agent: agentName,
  when: z.union([
    z.object({ cron: z.string(), timeZone: z.string() }),
    z.object({ everySeconds: count }),
    z.object({ at: timestamp }),
    z.object({ delaySeconds: count }),
  ]),
  tags: z.array(z.string()),
}

const details = {
  input: anyJson,
  latestBy: timestamp.nullable(),
  merge,
  overlap,
  writes,
  catchUp,
  catchUpWithinSeconds: count.nullable(),
  quietHours: z.object({ from: z.string(), to: z.string(), timeZone: z.string() }).nullable(),
  limit: z.object({ key: z.string(), max: count, perSeconds: count }).nullable(),
  pauseAfterFailures: count.nullable(),
  endAt: timestamp.nullable(),
  metadata: z.record(z.string(), z.string()),
  callback: z.object({ url: z.string(), events: z.array(callbackEvent) }).nullable(),
  retentionSeconds: count.nullable(),
  occurredAt: timestamp.nullable().meta({ description: 'The newest that was seen.' }),
  next: z.array(Upcoming).meta({ description: 'The next ten fires; empty while it is paused.' }),
  waiting: z
    .object({ nominalAt: timestamp, for: z.enum(['quiet_hours', 'overlap']), until: timestamp })
    .nullable()
    .meta({ description: 'A fire that waits for the end of quiet hours, or for an earlier job.' }),
  backfill: z.object({ after: timestamp, to: timestamp }).nullable().meta({ description: 'What is left of it.' }),
  events: count.meta({ description: 'Inputs kept for `merge: all` so far.' }),
  droppedEvents: count.meta({ description: 'Older ones that no longer fitted.' }),
  failures: count.meta({ description: 'Failed jobs in a row.' }),
  fires: z.array(Fire).meta({ description: 'The last fifty, newest first.' }),
  createdBy: ActorView,
  changedBy: ActorView,
}

/** A schedule as it stands. */
export const Schedule = z
  .object({
    ...outline,
    ...z.object({ ...spec, ...details }).partial().shape,
    ignored: z
      .literal(true)
      .optional()
      .meta({ description: 'The request changed nothing: a newer event was seen before.' }),
  })
  .meta({
    id: 'Schedule',
    examples: [EXAMPLES.schedule],
    description: `A schedule as it stands. What it holds, from its \`agent\` to its \`fires\`, needs the scope \`read\`. ${FOR_READERS}`,
  })

export const ScheduleSummary = z
  .object({ ...outline, ...spec })
  .meta({ id: 'ScheduleSummary', examples: [EXAMPLES.summary] })

export const SchedulePage = z
  .object({
    schedules: z.array(ScheduleSummary),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
  })
  .meta({ id: 'SchedulePage', examples: [EXAMPLES.page] })

export const ScheduleRun = z
  .object({
    jobId: jobId.meta({ description: 'The id that its job gets, moments later; none where its limit is reached.' }),
    links: z.object({ job: z.string(), schedule: z.string() }),
  })
  .meta({ id: 'ScheduleRun', examples: [EXAMPLES.run] })
