import { type Batch, isBeingDeleted } from '#domain/batch/batch.ts'
import { BatchNotFoundError } from '#domain/batch/errors.ts'
import { changed } from '#domain/callback/callback.ts'
import { deliveryOf, mayRedeliver } from '#domain/callback/redelivery.ts'
import type { Clock } from '#ports/clock.ts'
import { updateRecord } from '../record/change-record.ts'
import type { BatchCommand, BatchIntake } from './batches.ts'

export interface RedeliverBatchCallbackCommand extends BatchCommand {
  readonly deliveryId: string
}

export interface RedeliverBatchCallbackDeps {
  readonly batches: BatchIntake
  readonly clock: Clock
}

/** Sends a message about a batch again in any state, at once and with all the tries of a new one. */
export class RedeliverBatchCallback {
  readonly #deps: RedeliverBatchCallbackDeps

  constructor(deps: RedeliverBatchCallbackDeps) {
    this.#deps = deps
  }

  /** @throws {BatchNotFoundError} {DeliveryNotFoundError} {RedeliveredRecentlyError} {RedeliveryLimitError} */
  async execute({ tenantId, batchId, deliveryId, by }: RedeliverBatchCallbackCommand): Promise<Batch> {
    const { batches: records, clock } = this.#deps
    const batch = await updateRecord<Batch>({ records, clock }, batchId, (batch) => {
      if (batch.tenantId !== tenantId || isBeingDeleted(batch)) throw new BatchNotFoundError(batchId)
      const at = clock.now()
      const asked = deliveryOf(batch, deliveryId)
      if (!mayRedeliver(batch, asked, at)) return null
      const again = changed(asked, { type: 'callback.redelivery_requested', at, deliveryId, by })
      return { deliveries: batch.deliveries.map((one) => (one === asked ? again : one)), wakeAt: at }
    })
    if (!batch) throw new BatchNotFoundError(batchId)
    return batch
  }
}
