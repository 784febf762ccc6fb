import type { JobIndex, JobListQuery, JobPage } from '#ports/job-index.ts'

/** Finds a tenant's jobs without opening them. */
export class ListJobs {
  readonly #index: JobIndex

  constructor({ index }: { readonly index: JobIndex }) {
    this.#index = index
  }

  /** A page of them, newest first. */
  execute(query: JobListQuery): Promise<JobPage> {
    return this.#index.list(query)
  }
}
