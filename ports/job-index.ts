import { type Usage, addUsage } from '#domain/agent/usage.ts'
import type { EarlyStop, StopReason } from '#domain/agent/next-step.ts'
import type { ErrorCode } from '#domain/app-error.ts'
import type { JobCursor, JobFilter, JobOrder } from '#domain/job/filter.ts'
import { type FinishedJob, type JobRecord, type JobStatus, type Receipt, isFinished } from '#domain/job/job.ts'
import { inputPreviewOf } from '#domain/job/input-preview.ts'
import { searchTextOf } from '#domain/job/search-text.ts'
import { unknownCallsOf } from '#domain/job/unknown-calls.ts'
import { type JobWake, nextWake } from '#domain/job/wake.ts'
import { type Cost, totalOf } from '#domain/money/cost.ts'
import type { UsageEntry } from './usage-ledger.ts'

export type JobUsage = Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>

/** What is known of a job without opening it. */
export interface JobEntry {
  readonly id: string
  readonly tenantId: string
  readonly status: JobStatus
  readonly agent: string
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly batch: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly finishedAt: number | null
  /** Of a failed job; `null` also of one that failed before this was kept. */
  readonly errorCode: ErrorCode | null
  /** Of a completed job; `null` also of one that completed before this was kept. */
  readonly stopReason: StopReason | null
  /** Of all its model calls, also failed ones; `null` until it has ended, and of one that ended before this was kept. */
  readonly usage: JobUsage | null
  /** What it is about, at most 80 characters; `null` also of jobs of before it was kept. */
  readonly inputPreview: string | null
  /** What a search for words looks through; `null` also of jobs of before it was kept. */
  readonly searchText: string | null
  /** Of the same calls; `null` likewise. */
  readonly cost: Cost | null
  /** Whether a person may report the outcome of calls: the job waits for that, or has ended without it. */
  readonly hasUnknownCalls: boolean
  /** Whether it waits for a person to allow or reject calls. */
  readonly needsApproval: boolean
  /** Whether a message to its callback is tried no more, though its receiver has not refused all messages (410). */
  readonly hasFailedCallback: boolean
  /** When the job next needs attention: one that is long overdue has been forgotten. */
  readonly wake: JobWake
  /** Of the job that this was taken from. */
  readonly version: number
}

/**
 * A page may be shorter than requested, even empty, and still have a next one, because a query reads a bounded number
 * of rows.
 */
export interface JobPage {
  readonly jobs: readonly JobEntry[]
  /** Where the next page begins; `null` when this was the last. */
  readonly next: JobCursor | null
}

export type JobCounts = Readonly<Record<JobStatus, number>>

/** Of jobs that fit a filter, at least so many are in each status. */
export interface SomeJobs {
  readonly counts: JobCounts
  /** Whether there are no more of them. */
  readonly isWhole: boolean
}

export interface JobListQuery {
  readonly tenantId: string
  readonly filter: JobFilter
  readonly size: number
  readonly after: JobCursor | null
  /** Which come first; `newest` where absent. A cursor is of its order. */
  readonly order?: JobOrder
}

export interface ActivityQuery {
  readonly tenantId: string
  /** `createdAfter` is where the time begins that is asked about. */
  readonly filter: JobFilter & { readonly createdAfter: number }
  /** Where it ends. */
  readonly to: number
  /** What is covered in equal parts, or the asked time in parts of a fixed length. */
  readonly division: { readonly parts: number } | { readonly partMs: number }
  /** It looks at so many jobs, the newest ones. */
  readonly most: number
}

/** What became of the jobs of one tenant that were submitted in a time. */
export interface JobActivity {
  /** Epoch ms: jobs submitted at that time or later are counted. Later than asked where there are too many. */
  readonly from: number
  /** Where the first part begins. */
  readonly start: number
  readonly partMs: number
  /** Jobs that were looked at on the way, whether or not they fit or have ended. */
  readonly read: number
  /** Jobs that have ended, by agent, by the part they ended in and by their end. */
  readonly ends: readonly ActivityEnd[]
}

export interface ActivityEnd {
  readonly agent: string
  /** From 0; less than that where the end was written by a clock that was behind. */
  readonly part: number
  readonly status: FinishedJob['status']
  readonly errorCode: ErrorCode | null
  /** Why completed jobs have no whole answer; `null` where they have one. */
  readonly earlyStop: EarlyStop | null
  readonly jobs: number
  /** In all. */
  readonly usage: JobUsage
  readonly cost: Cost
}

/**
 * Finds jobs. Where jobs share a database, the index is written with them and is never late. Elsewhere they feed it, and it may lag a little.
 * An implementation is correct when `test/contracts/job-index.contract.ts` passes.
 */
export interface JobIndex {
  /** A job that exists when a walk begins is listed once, also while others are submitted. */
  list(query: JobListQuery): Promise<JobPage>

  /** Reads every job that may fit. */
  count(tenantId: string, filter: JobFilter): Promise<JobCounts>

  /** Reads so many jobs at most that may fit, of a filter by statuses so many of each. */
  countSome(tenantId: string, filter: JobFilter, most: number): Promise<SomeJobs>

  /** Of the newest jobs: it reads a bounded number of them. */
  activity(query: ActivityQuery): Promise<JobActivity>

  /** How many jobs of a tenant are not finished; stops counting at `most`. */
  unfinished(tenantId: string, most: number): Promise<number>
}

/** Feeds an index from outside of its database. Both may be repeated, and an older entry never takes the place of a newer one. */
export interface JobIndexWriter {
  /** @param usage of a job that has ended, for the ledger: added with its first entry that says so, and only then. */
  put(entry: JobEntry, usage: readonly UsageEntry[]): Promise<void>
  remove(jobId: string): Promise<void>
}

/** @param from since when jobs are covered. Parts are whole milliseconds, so that every engine divides alike. */
export function partsFrom(
  from: number,
  { filter, to, division }: Pick<ActivityQuery, 'filter' | 'to' | 'division'>,
): Pick<JobActivity, 'start' | 'partMs'> {
  if ('partMs' in division) return { start: filter.createdAfter, partMs: division.partMs }
  return { start: from, partMs: Math.max(1, Math.ceil((to + 1 - from) / division.parts)) }
}

export function entryOf(job: JobRecord): JobEntry {
  const { id, tenantId, status, agent, options, createdAt, updatedAt, version } = job
  return {
    id,
    tenantId,
    status,
    agent,
    tags: options.tags,
    metadata: options.metadata,
    batch: options.batch,
    createdAt,
    updatedAt,
    finishedAt: 'finishedAt' in job ? job.finishedAt : null,
    errorCode: job.status === 'failed' ? job.error.code : null,
    stopReason: job.status === 'completed' ? job.report.stopReason : null,
    usage: isFinished(job) ? usedIn(job.receipt) : null,
    inputPreview: inputPreviewOf(job),
    searchText: searchTextOf(job),
    cost: isFinished(job) ? totalOf(job.receipt.cost) : null,
    hasUnknownCalls: unknownCallsOf(job).length > 0,
    needsApproval: job.status === 'waiting' && job.wait.reason === 'approval',
    hasFailedCallback: job.deliveries.some((delivery) => delivery.status === 'failed'),
    wake: nextWake(job),
    version,
  }
}

function usedIn({ usage: { answered, failed } }: Receipt): JobUsage {
  const { inputTokens, cachedInputTokens, outputTokens } = addUsage(answered, failed)
  return { inputTokens, cachedInputTokens, outputTokens }
}
