import { DeliveryNotFoundError } from '#domain/job/refusals.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import { type JobKey, writeToJob } from './write-to-job.ts'

export interface RedeliverCommand extends JobKey {
  readonly deliveryId: string
}

/** Sends a message again, whatever became of it: at once, and with all the tries of a new one. */
export class Redeliver {
  readonly #deps: { readonly jobs: JobStore; readonly clock: Clock }

  constructor(deps: { readonly jobs: JobStore; readonly clock: Clock }) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {DeliveryNotFoundError} */
  async execute({ deliveryId, ...key }: RedeliverCommand): Promise<JobRecord> {
    const { jobs, clock } = this.#deps
    return writeToJob(jobs, key, (journal) => {
      const known = journal.job.deliveries.some(({ id }) => id === deliveryId)
      if (!known) throw new DeliveryNotFoundError(key.jobId, deliveryId)
      journal.append({ type: 'callback.redelivery_requested', at: clock.now(), deliveryId })
    })
  }
}
