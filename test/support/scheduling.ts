import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { CronerCalendar } from '#adapters/web/calendar.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { SubmitJob, type SubmitJobCommand } from '#application/job/submit-job.ts'
import { ChangeRecord } from '#application/record/change-record.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { changeSchedule } from '#application/schedule/change-schedule.ts'
import { ControlSchedule } from '#application/schedule/control-schedule.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { FireSchedule } from '#application/schedule/fire-schedule.ts'
import { endOfWindow, takePlace } from '#application/schedule/limit-fires.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import type { ScheduleCommand, ScheduleKey } from '#application/schedule/schedule-command.ts'
import { ScheduleIds } from '#application/schedule/schedule-ids.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { Fire } from '#domain/schedule/fire.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { ScheduleInput, When } from '#domain/schedule/spec.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { RecordList, RecordStore } from '#ports/record-store.ts'
import { atOnce } from './in-background.ts'
import { TILL, after } from './fixtures.ts'
import { noCallbacks } from './no-receivers.ts'
import { silentLogger } from './silent-logger.ts'
import { ANY_TENANT } from './tenants.ts'

export const TENANT = 'acme'

/** Where records are kept: memory, unless a test has something else. */
export interface RecordHome {
  of<T extends Stored>(kind: RecordKind<T>): RecordStore<T> & Partial<RecordList<T>>
}

export interface SchedulingOptions {
  readonly records?: RecordHome
  readonly jobs?: MemoryJobStore
  /** Shared by several processes. */
  readonly clock?: ManualClock
  readonly hasher?: Hasher
  /** Between the schedule and the queue. */
  readonly submitting?: (submit: () => Promise<unknown>, command: SubmitJobCommand) => Promise<unknown>
}

export type Scheduling = ReturnType<typeof scheduling>

const DEAF = { wakeAt: () => Promise.resolve() }

/** Schedules, from `begin` (RFC 3339) on, in a process that wakes them when `passUntil` lets time pass. */
export function scheduling(begin: string, options: SchedulingOptions = {}) {
  const { records = new MemoryRecords(DEAF), jobs = new MemoryJobStore(DEAF) } = options
  const { clock = new ManualClock(Date.parse(begin)), hasher = new WebHasher() } = options
  const calendar = new CronerCalendar()
  const derivedIds = new DerivedIds({ hasher, idSecret: { read: () => Promise.resolve('of this test') } })
  const ids = new UlidGenerator(clock, new CryptoRandom())
  const submitJob = new SubmitJob({
    agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: 'Write.' })]),
    jobs,
    models: { check: () => undefined },
    defaultModel: 'scripted/test',
    tenants: ANY_TENANT,
    queueDepth: new QueueDepth({ index: jobs, tenants: ANY_TENANT, clock, logger: silentLogger, inBackground: atOnce }),
    callbacks: noCallbacks,
    clock,
    ids,
    hasher,
    derivedIds,
  })
  const submitted: string[] = []
  const submit: Pick<SubmitJob, 'execute'> = {
    execute: async (command) => {
      const made = (): ReturnType<SubmitJob['execute']> => submitJob.execute(command)
      const through = options.submitting ?? ((work) => work())
      const result = (await through(made, command)) as Awaited<ReturnType<SubmitJob['execute']>>
      submitted.push(result.job.id)
      return result
    },
  }
  const schedules = records.of(SCHEDULE)
  const windows = records.of(LIMIT_WINDOW)
  const scheduleIds = new ScheduleIds({ hasher })
  const decide = (schedule: Schedule | null, command: ScheduleCommand, moment: { id: string; now: number }) =>
    changeSchedule(schedule, command, { ...moment, calendar })
  const changing = { schedules: new ChangeRecord({ records: schedules, clock, decide }), scheduleIds }
  const limits = new ChangeRecord({ records: windows, clock, decide: takePlace })
  const cancelJob = new CancelJob({ jobs, clock, executions: { interrupt: () => undefined } })
  const putSchedule = new PutSchedule({ ...changing, submitJob, calendar })
  const deleteSchedule = new DeleteSchedule(changing)
  const control = new ControlSchedule({ ...changing, derivedIds, ids })
  const reading: RecordList<Schedule> & Pick<RecordStore<Schedule>, 'get'> = {
    get: (tenantId, id) => schedules.get(tenantId, id),
    list: (query) => schedules.list?.(query) ?? Promise.reject(new Error('These records have no list.')),
  }
  const read = new ReadSchedules({ records: reading, scheduleIds, calendar })
  const firing = { cancelJob, jobs, limits, scheduleIds, derivedIds, calendar, clock }
  const fireSchedule = new FireSchedule({ ...firing, submitJob: submit })
  const waking = { records: schedules, clock, kind: SCHEDULE }
  const woken = new WakeRecord({ ...waking, wake: (record, keep) => fireSchedule.execute(record, keep) })
  const wokenWindow = new WakeRecord({ records: windows, clock, kind: LIMIT_WINDOW, wake: endOfWindow })
  const key = (scheduleId = 's'): ScheduleKey => ({ tenantId: TENANT, scheduleId, by: TILL })
  const idOf = (scheduleId = 's'): Promise<string> => scheduleIds.schedule(TENANT, scheduleId)

  /** Wakes it while it is due, as an engine does; at most so often in a row. */
  const wake = async (scheduleId = 's', most = 10_000): Promise<void> => {
    const id = await idOf(scheduleId)
    for (let n = 0; n < most; n++) {
      const at = await woken.execute(id)
      if (at === null || at > clock.now()) return
    }
    throw new Error(`The schedule is still due after ${String(most)} wakes.`)
  }

  return {
    clock,
    calendar,
    jobs,
    schedules,
    windows,
    putSchedule,
    deleteSchedule,
    control,
    read,
    fireSchedule,
    wokenWindow,
    key,
    idOf,
    wake,
    /** The submissions that were accepted, repeats included. */
    submitted: submitted as readonly string[],
    put: (when: When, fields: Partial<ScheduleInput> & { occurredAt?: number } = {}, scheduleId = 's') => {
      const { occurredAt, ...spec } = fields
      const all = { agent: 'writer', input: 'hello', when, ...spec }
      return putSchedule.execute({ ...key(scheduleId), spec: all, ...(occurredAt !== undefined && { occurredAt }) })
    },
    delete: (occurredAt: number | null = null, scheduleId = 's') =>
      deleteSchedule.execute({ ...key(scheduleId), occurredAt }),
    get: async (scheduleId = 's'): Promise<Schedule> => {
      const schedule = await schedules.load(await idOf(scheduleId))
      if (!schedule) throw new Error('There is no such schedule.')
      return schedule
    },
    /** Lets time pass, and wakes the schedules at each of their times. */
    passUntil: async (end: string | number, ...scheduleIdList: readonly string[]): Promise<void> => {
      const until = typeof end === 'number' ? end : Date.parse(end)
      const names = scheduleIdList.length > 0 ? scheduleIdList : ['s']
      for (;;) {
        const all = await Promise.all(
          names.map(async (name) => ({ name, record: await schedules.load(await idOf(name)) })),
        )
        const due = all
          .flatMap(({ name, record }) => ({ name, at: record && SCHEDULE.nextWakeAt(record) }))
          .filter((one): one is { name: string; at: number } => one.at !== null && one.at <= until)
          .sort((a, b) => a.at - b.at)[0]
        if (!due) break
        clock.step(Math.max(0, due.at - clock.now()))
        await wake(due.name)
      }
      clock.step(Math.max(0, until - clock.now()))
    },
    wakeWindow: async (limitKey: string) => wokenWindow.execute(await scheduleIds.limit(TENANT, limitKey)),
    /** Its job begins, and ends in this way. */
    finish: async (jobId: string, how: 'completed' | 'failed'): Promise<void> => {
      const state = await jobs.load(jobId)
      if (!state) throw new Error('There is no such job.')
      const at = clock.now()
      const begun = { type: 'attempt.started', at, executorId: 'exec_1', release: null, leaseMs: 30_000 } as const
      const end: JobEvent =
        how === 'completed'
          ? { type: 'job.completed', at, stopReason: 'finished' }
          : { type: 'job.failed', at, error: { code: 'model_failed', message: 'It failed.' } }
      const events = [begun, end]
      await jobs.save(after(state, events), events)
    },
    jobOf: async (fire: Fire | undefined): Promise<JobRecord> => {
      const job = fire?.jobId ? await jobs.get(TENANT, fire.jobId) : null
      if (!job) throw new Error('The fire has no job.')
      return job
    },
  }
}

/** A history in short: what became of each entry, and its nominal time in UTC. */
export function shortly(schedule: Schedule): readonly string[] {
  return schedule.fires.map(({ outcome, nominalAt, lastNominalAt, count, reason }) => {
    const times = count > 1 ? `${utc(nominalAt)}…${utc(lastNominalAt)} ×${String(count)}` : utc(nominalAt)
    return `${outcome} ${times}${reason ? ` (${reason})` : ''}`
  })
}

/** `2027-03-28T01:00Z` */
export function utc(at: number): string {
  return new Date(at).toISOString().replace(/:00\.000Z$/, 'Z')
}
