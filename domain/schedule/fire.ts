import type { ErrorCode } from '../app-error.ts'

export const FIRE_OUTCOMES = [
  'submitted',
  'missed',
  'skipped',
  'moved',
  'queued',
  'limited',
  'refused',
  'canceled',
] as const

/**
 * What became of a fire.
 *
 * - `submitted`: its job was accepted.
 * - `missed`: nothing ran at its time, and `catchUp` did not make up for it.
 * - `skipped`: not submitted, for `reason`.
 * - `moved`: to `movedTo`, the end of the quiet hours. A later entry says what became of it then.
 * - `queued`: it waits for the job of an earlier fire. A later entry says what became of it then.
 * - `limited`: the limit of its key was reached.
 * - `refused`: the submission was refused with `error`, such as input that the agent no longer accepts.
 * - `canceled`: a DELETE or a PUT came while it waited. One entry stands for what was left of a backfill.
 */
export type FireOutcome = (typeof FIRE_OUTCOMES)[number]

/** Why a fire was made. */
export type FireCause = 'schedule' | 'run' | 'backfill'

/** One entry of a schedule's history, or several equal ones in a row. */
export interface Fire {
  /** The time that the schedule gives it (epoch ms); for a run on request, the time of the request. */
  readonly nominalAt: number
  /** How many fires the entry stands for: with `nominalAt` the first and `lastNominalAt` the last of them. */
  readonly count: number
  readonly lastNominalAt: number
  readonly cause: FireCause
  readonly outcome: FireOutcome
  /** When it was decided (epoch ms). */
  readonly at: number
  readonly jobId: string | null
  /** The job that was canceled to make room for this one (`overlap: cancel_previous`). */
  readonly canceledJobId: string | null
  readonly movedTo: number | null
  /** Of `skipped` and `canceled`. */
  readonly reason: FireReason | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

export type FireReason =
  /** The job of an earlier fire is not finished. */
  | 'overlap'
  /** Another fire already waits for the end of the quiet hours, or for an earlier job. */
  | 'already_waiting'
  | 'paused'
  | 'paused_after_failures'
  | 'deleted'
  | 'replaced'

/** How many entries a schedule keeps. */
export const FIRES_KEPT = 50

/** The history with one more entry: a run of missed or skipped fires for the same reason is one entry with a count. */
export function withFire(fires: readonly Fire[], fire: Fire): readonly Fire[] {
  const last = fires.at(-1)
  if (last && isSameRun(last, fire)) {
    const joined = { ...last, count: last.count + fire.count, lastNominalAt: fire.lastNominalAt, at: fire.at }
    return [...fires.slice(0, -1), joined]
  }
  return [...fires, fire].slice(-FIRES_KEPT)
}

function isSameRun(a: Fire, b: Fire): boolean {
  const joins = b.outcome === 'missed' || b.outcome === 'skipped'
  return joins && a.outcome === b.outcome && a.reason === b.reason && a.cause === b.cause
}

/** An entry for one fire. */
export function fireEntry(fields: Pick<Fire, 'nominalAt' | 'cause' | 'outcome' | 'at'> & Partial<Fire>): Fire {
  return {
    count: 1,
    lastNominalAt: fields.nominalAt,
    jobId: null,
    canceledJobId: null,
    movedTo: null,
    reason: null,
    error: null,
    ...fields,
  }
}
