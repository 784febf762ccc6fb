import { DeliveryNotFoundError } from '#domain/job/refusals.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { GoneReceivers } from '#ports/gone-receivers.ts'
import type { JobStore } from '#ports/job-store.ts'
import { type JobKey, writeToJob } from './write-to-job.ts'

export interface RedeliverCommand extends JobKey {
  readonly deliveryId: string
}

export interface RedeliverDeps {
  readonly jobs: JobStore
  readonly goneReceivers: Pick<GoneReceivers, 'remove'>
  readonly clock: Clock
}

/** Sends a message again, whatever became of it: at once, and with all the tries of a new one. A receiver that was gone is back with it. */
export class Redeliver {
  readonly #deps: RedeliverDeps

  constructor(deps: RedeliverDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {DeliveryNotFoundError} */
  async execute({ deliveryId, ...key }: RedeliverCommand): Promise<JobRecord> {
    const { jobs, clock } = this.#deps
    await this.#bringBack(await jobs.get(key.tenantId, key.jobId), deliveryId)
    return writeToJob(jobs, key, (journal) => {
      if (!has(journal.job, deliveryId)) throw new DeliveryNotFoundError(key.jobId, deliveryId)
      journal.append({ type: 'callback.redelivery_requested', at: clock.now(), deliveryId })
    })
  }

  /** Before anything is written, for then the message is on its way. */
  async #bringBack(job: JobRecord | null, deliveryId: string): Promise<void> {
    const callback = job?.options.callback
    if (!callback || !has(job, deliveryId)) return
    await this.#deps.goneReceivers.remove({ tenantId: job.tenantId, url: callback.url })
  }
}

function has({ deliveries }: JobRecord, deliveryId: string): boolean {
  return deliveries.some(({ id }) => id === deliveryId)
}
