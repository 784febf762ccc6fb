import type { Batch } from '#domain/batch/batch.ts'
import { needsAttention } from '#domain/batch/transitions.ts'
import type { BatchItems } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { updateRecord } from '../record/change-record.ts'
import type { ReleaseItems } from './release-items.ts'

export interface MoveBatchOnDeps {
  readonly batches: RecordStore<Batch>
  readonly items: BatchItems
  readonly releaseItems: Pick<ReleaseItems, 'execute'>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Moves batches on as soon as they may: after the end of a job, and after lines have come. It changes no record, so
 * that thousands of ends cost no change of it. Only where the batch is over, or must wait, its wake is set.
 */
export class MoveBatchOn {
  readonly #deps: MoveBatchOnDeps
  /** Batches in hand; `true` where another reason came meanwhile. */
  readonly #inHand = new Map<string, boolean>()
  readonly #work = new Set<Promise<void>>()

  constructor(deps: MoveBatchOnDeps) {
    this.#deps = deps
  }

  /** In the background: what fails is left to the wake of the batch. */
  start(batchId: string): void {
    if (this.#inHand.has(batchId)) {
      this.#inHand.set(batchId, true)
      return
    }
    this.#inHand.set(batchId, false)
    const work = this.#run(batchId).finally(() => {
      this.#work.delete(work)
    })
    this.#work.add(work)
  }

  /** One bounded step. Harmless to run twice at once. @throws when a store fails: then the wake of the batch does it. */
  async once(batchId: string): Promise<void> {
    const { batches, releaseItems, clock } = this.#deps
    const batch = await batches.load(batchId)
    if (batch?.finishedAt !== null) return
    // None of those that wait becomes a job once too many have failed.
    const isStopping = batch.stopOnFailures !== null && (await this.#isDue(batch))
    const { heldMs, hasMore } = isStopping ? STOPPING : await releaseItems.execute(batch)
    if (!hasMore && !(await this.#isDue(batch))) return
    const wakeAt = clock.now() + (heldMs ?? 0)
    // Also where its wake is due already: it may be under way, and have read the totals before.
    await updateRecord({ records: batches, clock }, batchId, (current) =>
      current.finishedAt !== null || (heldMs !== null && current.wakeAt <= wakeAt) ? null : { wakeAt },
    )
  }

  /** Returns when nothing is in hand any more. */
  async rest(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work)
  }

  async #run(batchId: string): Promise<void> {
    try {
      do {
        this.#inHand.set(batchId, false)
        await this.once(batchId)
      } while (this.#inHand.get(batchId) === true)
    } catch (error) {
      this.#deps.logger.error('A batch could not be moved on; its wake will.', error, { batchId })
    } finally {
      this.#inHand.delete(batchId)
    }
  }

  async #isDue(batch: Batch): Promise<boolean> {
    const totals = await this.#deps.items.totals(batch.id)
    return totals !== null && needsAttention(batch, totals)
  }
}

const STOPPING = { heldMs: null, hasMore: true } as const
