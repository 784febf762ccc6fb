import { JobNotFoundError } from '#domain/job/errors.ts'
import { deliveryOf, mayRedeliver } from '#domain/callback/redelivery.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { GoneReceivers } from '#ports/gone-receivers.ts'
import type { JobStore } from '#ports/job-store.ts'
import { type JobCommand, writeToJob } from '../job/write-to-job.ts'

export interface RedeliverCommand extends JobCommand {
  readonly deliveryId: string
}

export interface RedeliverDeps {
  readonly jobs: JobStore
  readonly goneReceivers: Pick<GoneReceivers, 'remove'>
  readonly clock: Clock
}

/**
 * Sends a message again in any state, at once and with all the tries of a new one. A receiver that was gone counts as
 * back.
 */
export class Redeliver {
  readonly #deps: RedeliverDeps

  constructor(deps: RedeliverDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {DeliveryNotFoundError} {RedeliveredRecentlyError} {RedeliveryLimitError} */
  async execute({ deliveryId, by, ...key }: RedeliverCommand): Promise<JobRecord> {
    const { jobs, clock } = this.#deps
    const job = await jobs.get(key.tenantId, key.jobId)
    if (!job) throw new JobNotFoundError(key.jobId)
    mayRedeliver(job, deliveryOf(job, deliveryId), clock.now())
    await this.#bringBack(job)
    return writeToJob(jobs, key, (journal) => {
      const at = clock.now()
      if (!mayRedeliver(journal.job, deliveryOf(journal.job, deliveryId), at)) return
      journal.append({ type: 'callback.redelivery_requested', at, deliveryId, by })
    })
  }

  /** Before anything is written, for then the message is on its way. */
  async #bringBack({ tenantId, options: { callback } }: JobRecord): Promise<void> {
    if (callback) await this.#deps.goneReceivers.remove({ tenantId, url: callback.url })
  }
}
