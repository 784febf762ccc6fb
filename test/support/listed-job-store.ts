import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { JobStore } from '#ports/job-store.ts'
import { type ProposalIndexWriter, proposalsOf } from '#ports/proposal-index.ts'

/** A store in memory that feeds an index of proposals. */
export class ListedJobStore extends PublishedJobStore {
  readonly #proposals: ProposalIndexWriter

  constructor(store: JobStore, proposals: ProposalIndexWriter) {
    super(store, new LocalFeed())
    this.#proposals = proposals
  }

  override async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    await super.save(state, events)
    await this.#proposals.put(proposalsOf(state.job, state.job.version - events.length))
  }

  override async remove(job: JobRecord): Promise<void> {
    await super.remove(job)
    await this.#proposals.remove(job.id)
  }
}
