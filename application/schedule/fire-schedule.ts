import { AppError } from '#domain/app-error.ts'
import { type JobStatus, isFinished } from '#domain/job/job.ts'
import { type Fire, fireEntry, withFire } from '#domain/schedule/fire.ts'
import { MAX_OPEN_JOBS, type PendingFire, type PendingFires, type Schedule } from '#domain/schedule/schedule.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Calendar } from '#ports/calendar.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { CancelJob } from '../job/cancel-job.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { SubmitJob } from '../job/submit-job.ts'
import { decideFires, endedIfSpent } from './decide-fires.ts'
import type { TakePlace } from './limit-fires.ts'
import type { ScheduleIds } from './schedule-ids.ts'

export interface FireScheduleDeps {
  readonly submitJob: Pick<SubmitJob, 'execute'>
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly jobs: Pick<JobIntake, 'get'>
  readonly limits: RecordCommands<TakePlace, boolean>
  readonly scheduleIds: ScheduleIds
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly calendar: Calendar
  readonly clock: Clock
}

type Keep = (schedule: Schedule) => Promise<Schedule>

/**
 * Does what a schedule's wake is for. It decides what becomes of each fire and stores that, then submits the jobs. So a
 * process that dies between repeats the same submissions, under the same keys.
 */
export class FireSchedule {
  readonly #deps: FireScheduleDeps

  constructor(deps: FireScheduleDeps) {
    this.#deps = deps
  }

  /**
   * The schedule as it stands afterwards; `null` when it ended long enough ago.
   * @throws when a store fails, and when the queue is full: the same fires are submitted again then.
   */
  async execute(schedule: Schedule, keep: Keep): Promise<Schedule | null> {
    if (schedule.pending) return this.#submitAgain(schedule, schedule.pending)
    if (schedule.status === 'ended' && !schedule.backfill && schedule.requests.length === 0) return null
    const { clock, calendar } = this.#deps
    const { openJobs, failures } = await this.#look(schedule)
    const facts = { now: clock.now(), calendar, unfinished: openJobs }
    const decided = decideFires({ ...schedule, openJobs, failures }, facts)
    if (!decided.pending) return decided
    const kept = await keep(decided)
    return this.#submit(kept, decided.pending)
  }

  /** How the jobs of earlier fires stand, where that matters. */
  async #look(schedule: Schedule): Promise<Pick<Schedule, 'openJobs' | 'failures'>> {
    const { tenantId, openJobs } = schedule
    let { failures } = schedule
    const unfinished: string[] = []
    for (const jobId of openJobs) {
      const job = await this.#deps.jobs.get(tenantId, jobId)
      if (job && !isFinished(job)) unfinished.push(jobId)
      else failures = failuresAfter(failures, job?.status)
    }
    return { openJobs: unfinished, failures }
  }

  async #submit(schedule: Schedule, pending: PendingFires): Promise<Schedule> {
    const entries: Fire[] = []
    for (const fire of pending.fires) entries.push(await this.#made(schedule, pending, fire))
    return this.#after(schedule, entries)
  }

  /**
   * What a process had decided that may be dead. By now a job that it has submitted could be limited or refused, so the
   * jobs that exist are looked up first.
   */
  async #submitAgain(schedule: Schedule, pending: PendingFires): Promise<Schedule> {
    const entries: Fire[] = []
    for (const fire of pending.fires)
      entries.push((await this.#earlier(schedule, fire)) ?? (await this.#made(schedule, pending, fire)))
    return this.#after(schedule, entries)
  }

  /** `null` where its job has not been submitted. */
  async #earlier({ tenantId }: Schedule, fire: PendingFire): Promise<Fire | null> {
    const { derivedIds, jobs } = this.#deps
    const job = await jobs.get(tenantId, await derivedIds.make('job', tenantId, fire.key))
    return job && fireEntry({ ...this.#about(fire), outcome: 'submitted', jobId: job.id })
  }

  #after(schedule: Schedule, entries: readonly Fire[]): Schedule {
    const submitted = entries.flatMap(({ jobId }) => jobId ?? [])
    const refused = entries.filter(({ outcome }) => outcome === 'refused').length
    const after = {
      ...schedule,
      pending: null,
      fires: entries.reduce(withFire, schedule.fires),
      openJobs: watches(schedule) ? [...new Set([...schedule.openJobs, ...submitted])].slice(-MAX_OPEN_JOBS) : [],
      failures: schedule.failures + refused,
    }
    return endedIfSpent(after, { now: this.#deps.clock.now() })
  }

  async #made(schedule: Schedule, { work }: PendingFires, fire: PendingFire): Promise<Fire> {
    const said = this.#about(fire)
    if (!(await this.#hasPlace(schedule, work.limit, fire.key))) return fireEntry({ ...said, outcome: 'limited' })
    for (const jobId of fire.cancels) await this.#cancel(schedule, jobId)
    try {
      return fireEntry({ ...said, outcome: 'submitted', jobId: await this.#submitOne(schedule, work, fire) })
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error
      const { code, message } = error
      return fireEntry({ ...said, outcome: 'refused', error: { code, message } })
    }
  }

  /** What its entry says for every outcome. */
  #about({ nominalAt, cause, cancels }: PendingFire): Pick<Fire, 'nominalAt' | 'cause' | 'at' | 'canceledJobId'> {
    return { nominalAt, cause, at: this.#deps.clock.now(), canceledJobId: cancels.at(-1) ?? null }
  }

  async #hasPlace({ tenantId }: Schedule, limit: PendingFires['work']['limit'], fire: string): Promise<boolean> {
    if (!limit) return true
    const { limits, scheduleIds } = this.#deps
    return limits.execute(await scheduleIds.limit(tenantId, limit.key), { tenantId, limit, fire })
  }

  async #cancel(schedule: Schedule, jobId: string): Promise<void> {
    const { tenantId } = schedule
    try {
      await this.#deps.cancelJob.execute({ tenantId, jobId, by: actorOf(schedule) })
    } catch (error) {
      // It has ended or is gone: there is nothing to make room for.
      if (!(error instanceof AppError) || error.retryable) throw error
    }
  }

  async #submitOne(schedule: Schedule, work: PendingFires['work'], { key }: PendingFire): Promise<string> {
    const { submitJob, derivedIds } = this.#deps
    const { tenantId } = schedule
    const { agent, input, tags, metadata, callback, retainMs, writes } = work
    const said = { ...(callback && { callback }), ...(retainMs !== null && { retainMs }), ...(writes && { writes }) }
    const options = { tags, metadata, ...said }
    try {
      const command = { tenantId, by: actorOf(schedule), agent, input, options, idempotencyKey: key }
      return (await submitJob.execute(command)).job.id
    } catch (error) {
      // The same fire with other work: it was made before the schedule was replaced.
      if (!(error instanceof AppError) || error.code !== 'idempotency_key_reused') throw error
      return derivedIds.make('job', tenantId, key)
    }
  }
}

/** Whether it matters how its jobs end. */
function watches({ spec }: Schedule): boolean {
  return spec.overlap !== 'allow' || spec.pauseAfterFailures !== null
}

/** A canceled job, and one that is gone, say nothing of the next. */
function failuresAfter(failures: number, status: JobStatus | undefined): number {
  if (status === 'failed') return failures + 1
  return status === 'completed' ? 0 : failures
}

function actorOf({ scheduleId, changedBy }: Schedule): Actor {
  return { kind: 'schedule', id: scheduleId, for: changedBy }
}
