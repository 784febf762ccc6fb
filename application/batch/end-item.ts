import type { JobRecord } from '#domain/job/job.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { Logger } from '#ports/logger.ts'
import type { Woken } from '#ports/waker.ts'
import { endOf, isEndedItem } from './item-jobs.ts'
import { about } from '../job/log-fields.ts'

export interface EndItemDeps {
  readonly items: Pick<BatchItemIntake, 'end'>
  /** The batch may go on: its window has room, or it is over. */
  readonly moveOn: (batch: Woken) => void
  readonly logger: Logger
}

/**
 * Counts the end of a job in its batch. To repeat it is harmless. A process may die between the end and its count: then
 * the wake of the batch finds the job (`check-items.ts`). A job is counted before it is deleted.
 */
export class EndItem {
  readonly #deps: EndItemDeps

  constructor(deps: EndItemDeps) {
    this.#deps = deps
  }

  /** Does nothing for a job of no batch, or one that has not ended. @throws when the store fails. */
  async execute(job: JobRecord): Promise<void> {
    if (!isEndedItem(job)) return
    const { batchId, ...key } = job.options.item
    await this.#deps.items.end(batchId, [endOf(job, key)])
    this.#deps.moveOn({ id: batchId, tenantId: job.tenantId })
  }

  /** The same right after the end of the job, which is stored also if this fails. */
  async afterwards(job: JobRecord): Promise<void> {
    try {
      await this.execute(job)
    } catch (error) {
      this.#deps.logger.error(
        'The end of a job could not be counted in its batch; its batch will look.',
        error,
        about(job),
      )
    }
  }
}
