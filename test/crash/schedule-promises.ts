import type { JobRecord } from '#domain/job/job.ts'
import { isFinished } from '#domain/job/job.ts'
import type { Fire, FireOutcome } from '#domain/schedule/fire.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { utc } from '#test/support/scheduling.ts'

/** What is stored when all is over. */
export interface ScheduleEnd {
  readonly schedule: Schedule
  /** Of its fires, oldest first. */
  readonly jobs: readonly JobRecord[]
  /** How many changes its callers have made; the input of the first PUT is `input 0`. */
  readonly changes: number
  /** When each fire has taken its place under a limit, by its key (epoch ms). */
  readonly places: ReadonlyMap<string, number>
}

/** Outcomes after which another entry says what became of the same fire. */
const INTERIM: readonly FireOutcome[] = ['moved', 'queued']

/** Of every schedule: nothing is left undone, and the history and the jobs agree. */
export function alwaysBroken({ schedule, jobs }: ScheduleEnd): readonly string[] {
  const { pending, waiting, requests, fires } = schedule
  const said = fires.flatMap(({ jobId }) => jobId ?? [])
  const known = new Set(jobs.map(({ id }) => id))
  return [
    ...(pending || waiting || requests.length > 0 ? ['something is still to be done'] : []),
    ...jobs.filter(({ id }) => !said.includes(id)).map(({ id }) => `the history does not have ${id}`),
    ...said.filter((id) => !known.has(id)).map((id) => `the history has ${id}, which does not exist`),
    ...said.filter((id, index) => said.indexOf(id) !== index).map((id) => `the history has ${id} twice`),
  ]
}

/** Each time of the interval, until its end, has one final entry with one of these outcomes. No other time has one. */
export function eachTimeOnce(
  { schedule }: ScheduleEnd,
  everyMs: number,
  outcomes: readonly FireOutcome[],
): readonly string[] {
  const { anchorAt, spec } = schedule
  const times = Array.from(
    { length: Math.ceil(((spec.endAt ?? 0) - anchorAt) / everyMs) - 1 },
    (_, n) => anchorAt + (n + 1) * everyMs,
  )
  const final = schedule.fires.filter(({ cause, outcome }) => cause === 'schedule' && !INTERIM.includes(outcome))
  const single = final.filter(({ count }) => count === 1).map(({ nominalAt }) => nominalAt)
  // Another entry may stand for a time between those of a joined one.
  const joined = final.filter(({ count }) => count > 1)
  const within = (fire: Fire): readonly number[] =>
    times.filter((at) => at >= fire.nominalAt && at <= fire.lastNominalAt && !single.includes(at))
  const decided = [...single, ...joined.flatMap(within)]
  return [
    ...times.filter((at) => !decided.includes(at)).map((at) => `${utc(at)} is lost`),
    ...decided.filter((at, index) => decided.indexOf(at) !== index).map((at) => `${utc(at)} came twice`),
    ...decided.filter((at) => !times.includes(at)).map((at) => `${utc(at)} is no time of the schedule`),
    ...joined.filter((fire) => within(fire).length !== fire.count).map(() => 'a joined entry counts wrongly'),
    ...final.filter(({ outcome }) => !outcomes.includes(outcome)).map(({ outcome }) => `a fire was ${outcome}`),
  ]
}

/** The input of each PUT is in the events of one job. */
export function seenOnce({ jobs, changes }: ScheduleEnd): readonly string[] {
  const seen = jobs.flatMap(({ input }) => (input as { events: readonly string[] }).events)
  const put = Array.from({ length: changes + 1 }, (_, n) => `input ${String(n)}`)
  return put.flatMap((input) => {
    const times = seen.filter((event) => event === input).length
    return times === 1 ? [] : [`${input} is in ${String(times)} jobs`]
  })
}

/** No job begins while another one is not finished. */
export function neverTwoAtOnce({ jobs }: ScheduleEnd): readonly string[] {
  return jobs.slice(1).flatMap((job, index) => {
    const before = jobs[index]
    if (!before || (isFinished(before) && before.finishedAt <= job.createdAt)) return []
    return [`${job.id} began before ${before.id} was finished`]
  })
}

/** At most `max` fires take a place in any window. */
export function noMoreThan({ places }: ScheduleEnd, max: number, windowMs: number): readonly string[] {
  const taken = [...places.values()].sort((a, b) => a - b)
  return taken.flatMap((at, index) => {
    const earlier = taken[index - max]
    return earlier === undefined || at - earlier >= windowMs ? [] : [`more than ${String(max)} by ${utc(at)}`]
  })
}
