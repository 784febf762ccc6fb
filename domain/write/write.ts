import type { JsonValue } from '../json/json.ts'
import type { Actor } from '../tenant/actor.ts'

/** Whether a job makes its writes, or proposes them to a person. */
export const WRITE_MODES = ['apply', 'propose'] as const

export type WriteMode = (typeof WRITE_MODES)[number]

/**
 * `stale`: something else is there than was expected, and nothing was written. `failed`: what became of it is not known,
 * or it could not be made; `problem` says more.
 */
export const WRITE_STATUSES = [
  'proposed',
  'approved',
  'rejected',
  'applying',
  'applied',
  'undoing',
  'undone',
  'stale',
  'failed',
] as const

export type WriteStatus = (typeof WRITE_STATUSES)[number]

/** `settle` only finds out what became of a write that was under way when its job ended. */
export type WriteAction = 'apply' | 'undo' | 'settle'

/** What a flag of its tool says to the person who reviews. */
export interface WriteFlag {
  readonly name: string
  readonly problem: string
}

/** One write of a job: the fold of its events. */
export interface WriteRecord {
  /** Of the proposal, for callers: it names the job, its run and the place of the write among the job's. */
  readonly id: string
  readonly callId: string
  readonly tool: string
  readonly mode: WriteMode
  readonly target: string
  readonly before: JsonValue
  readonly after: JsonValue
  /** What the model wrote, where a person has put something else in its place. */
  readonly suggested?: JsonValue
  readonly flags: readonly WriteFlag[]
  readonly status: WriteStatus
  /** What was last asked for. `null` until a caller asked for something; a write in mode `apply` was begun by its job. */
  readonly action: WriteAction | null
  /** How often something was asked for: each time has an idempotency key of its own. */
  readonly round: number
  /** How often it was begun in this round. */
  readonly tries: number
  /** When it is to be carried on (epoch ms); `null` where nothing is. */
  readonly nextAt: number | null
  /** Who carries it out; `null` where no executor has begun, or it has ended. */
  readonly executorId: string | null
  /** Why it is stale, failed or tried again. */
  readonly problem: string | null
  /** What was there when it was stale; absent otherwise. */
  readonly found?: JsonValue
  /** What an apply has left there, where that is known: an undo expects it, and otherwise `after`. */
  readonly stored?: JsonValue
  readonly createdAt: number
  readonly updatedAt: number
  /** Who approved or rejected it. */
  readonly decidedBy: Actor | null
  readonly decidedAt: number | null
  /** Why it was rejected. */
  readonly reason: string | null
  /** Who asked for `action`. */
  readonly requestedBy: Actor | null
  /** When it was asked for (epoch ms). */
  readonly requestedAt: number | null
  /** Of the job when this was last changed. */
  readonly version: number
}

/** Bytes that the writes of one job may hold together: its journal is read as a whole. */
export const MOST_WRITE_BYTES = 8_000_000

/**
 * It names the run too: a job that was deleted and submitted again under its idempotency key has the same id.
 * @param number of the write among those of its job, from 1.
 */
export function writeIdOf(job: { readonly id: string; readonly runId: string }, number: number): string {
  const run = job.runId.replaceAll(/[^0-9A-Za-z]/g, '').slice(-6)
  return `prop_${job.id.replace(/^job_/, '')}_${run}_${String(number)}`
}

/** The job that a proposal with this id belongs to; `null` for a text that is no such id. */
export function jobIdIn(writeId: string): string | null {
  const [, job] = /^prop_(\w{1,64})_[0-9A-Za-z]{1,6}_\d{1,6}$/.exec(writeId) ?? []
  return job === undefined ? null : `job_${job}`
}
