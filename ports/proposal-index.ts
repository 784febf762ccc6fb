import type { JobCursor } from '#domain/job/filter.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { expiresAt } from '#domain/job/wake.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import type { WriteRecord, WriteStatus } from '#domain/write/write.ts'

/** What is known of a write without opening its job. */
export interface ProposalEntry {
  readonly tenantId: string
  readonly jobId: string
  readonly agent: string
  readonly batch: string | null
  /** When it is deleted with its job (epoch ms); `null` while the job is not finished, and nothing can be decided. */
  readonly expiresAt: number | null
  readonly write: WriteRecord
}

export interface ProposalPage {
  readonly proposals: readonly ProposalEntry[]
  /** Where the next page begins; `null` when this was the last. */
  readonly next: JobCursor | null
}

/** `ready` are those of finished jobs, which can be decided. */
export interface ProposalCount {
  readonly total: number
  readonly ready: number
}

export type ProposalCounts = Readonly<Record<WriteStatus, ProposalCount>>

export interface ProposalListQuery {
  readonly tenantId: string
  readonly filter: ProposalFilter
  readonly size: number
  readonly after: JobCursor | null
}

export interface ProposalIds {
  readonly ids: readonly string[]
  readonly next: JobCursor | null
}

/**
 * Finds the writes of jobs. Where jobs share a database, it is written with them and is never late. Elsewhere they feed
 * it, and it may lag a little. An implementation is correct when `test/contracts/proposal-index.contract.ts` passes.
 */
export interface ProposalIndex {
  /**
   * Newest first. One that exists when a walk begins is listed once, also while others are proposed. A page is short,
   * or even empty, where more would be too much to hold or to look through.
   * @param mostChars of the page's JSON together; one proposal is always shown.
   */
  list(query: ProposalListQuery & { readonly mostChars: number }): Promise<ProposalPage>

  /** The same walk, without what the proposals hold. */
  ids(query: ProposalListQuery): Promise<ProposalIds>

  count(tenantId: string, filter: ProposalFilter): Promise<ProposalCounts>
}

/** Feeds an index from outside of its database. Both may be repeated, and an older entry never replaces a newer one. */
export interface ProposalIndexWriter {
  put(proposals: readonly ProposalEntry[]): Promise<void>
  remove(jobId: string): Promise<void>
}

/** @param since given: only those that have changed after that version of the job. */
export function proposalsOf(job: JobRecord, since = 0): readonly ProposalEntry[] {
  const { tenantId, id: jobId, agent, options } = job
  return job.writes
    .filter(({ version }) => version > since)
    .map((write) => {
      const ends = isFinished(job) ? expiresAt(job) : null
      return { tenantId, jobId, agent, batch: options.batch, expiresAt: ends, write }
    })
}
