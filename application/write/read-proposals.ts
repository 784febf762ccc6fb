import type { JobRecord } from '#domain/job/job.ts'
import { ProposalNotFoundError } from '#domain/write/errors.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import { jobIdIn } from '#domain/write/write.ts'
import type { JobIntake } from '#ports/job-store.ts'
import {
  type ProposalCounts,
  type ProposalEntry,
  type ProposalIndex,
  type ProposalListQuery,
  type ProposalPage,
  proposalsOf,
} from '#ports/proposal-index.ts'

export interface ReadProposalsDeps {
  readonly jobs: Pick<JobIntake, 'get'>
  readonly proposals: Pick<ProposalIndex, 'list' | 'count'>
}

/** One proposal may hold four values, each as large as a result of a tool. */
const MOST_PAGE_CHARS = 4_000_000

/** Shows a tenant's proposals: many from the index, one from its job. */
export class ReadProposals {
  readonly #deps: ReadProposalsDeps

  constructor(deps: ReadProposalsDeps) {
    this.#deps = deps
  }

  list(query: ProposalListQuery): Promise<ProposalPage> {
    return this.#deps.proposals.list({ ...query, mostChars: MOST_PAGE_CHARS })
  }

  count(tenantId: string, filter: ProposalFilter): Promise<ProposalCounts> {
    return this.#deps.proposals.count(tenantId, filter)
  }

  /** @throws {ProposalNotFoundError} */
  async get(tenantId: string, proposalId: string): Promise<ProposalEntry> {
    const jobId = jobIdIn(proposalId)
    const job = jobId === null ? null : await this.#deps.jobs.get(tenantId, jobId)
    if (!job) throw new ProposalNotFoundError(proposalId)
    return entryOf(job, proposalId)
  }
}

/** @throws {ProposalNotFoundError} */
export function entryOf(job: JobRecord, proposalId: string): ProposalEntry {
  const entry = proposalsOf(job).find(({ write }) => write.id === proposalId)
  if (!entry) throw new ProposalNotFoundError(proposalId)
  return entry
}
