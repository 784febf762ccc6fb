import { type Batch, controlOf, isEnding, statusOf } from '#domain/batch/batch.ts'
import type { BatchTotals } from '#domain/batch/item.ts'
import { mustStop } from '#domain/batch/progress.ts'
import { settled } from '#domain/batch/transitions.ts'
import type { BatchItems } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Keep } from '../record/wake-record.ts'
import type { CheckItems } from './check-items.ts'
import type { DeliverBatchCallbacks } from './deliver-batch-callbacks.ts'
import type { ReleaseItems } from './release-items.ts'

/** Rows that one commit changes. */
const SLICE = 500

export interface RunBatchDeps {
  readonly items: BatchItems
  readonly releaseItems: ReleaseItems
  readonly checkItems: CheckItems
  readonly deliver: Pick<DeliverBatchCallbacks, 'execute'>
  readonly clock: Clock
}

/** What a wake has done of its slice. */
interface Worked extends Pick<Batch, 'isRetrying' | 'failedBefore'> {
  /** When there is more to do (epoch ms); `null` for the usual time. */
  readonly at: number | null
}

const NOT_RETRYING = { isRetrying: false } as const

/**
 * The wake of a batch: one bounded slice of what is due. The ends of its jobs move a batch on without it (`end-item.ts`).
 * Here is done what they cannot do, and what a dead process left undone.
 */
export class RunBatch {
  readonly #deps: RunBatchDeps

  constructor(deps: RunBatchDeps) {
    this.#deps = deps
  }

  /** What has become of the batch; `null` when nothing is left of it. @throws when a store fails: the slice is done again then. */
  async execute(batch: Batch, keep: Keep<Batch>): Promise<Batch | null> {
    const { items, clock, deliver } = this.#deps
    const sent = await deliver.execute(batch)
    if (batch.finishedAt !== null) return this.#afterwards(sent, batch.finishedAt, keep)
    await items.open({ id: batch.id, tenantId: batch.tenantId, at: batch.createdAt })
    await this.#control(batch)
    const checked = await this.#deps.checkItems.execute(batch)
    const { at, ...retrying } = await this.#work(batch)
    const next = { ...sent, checkedTo: checked.to, ...retrying }
    const now = clock.now()
    const checkAt = checked.againMs === null ? null : now + checked.againMs
    return settled(next, await this.#totals(batch.id), { now, at: earliest(at, checkAt) })
  }

  async #control(batch: Batch): Promise<void> {
    const { items } = this.#deps
    const control = controlOf(batch)
    const { isClosed, window } = await this.#totals(batch.id)
    // What died between a command and its control has answered nothing, and is mended here.
    if (isClosed !== control.isClosed || window !== control.window) await items.control(batch.id, control)
  }

  async #work(batch: Batch): Promise<Worked> {
    const { items, clock, releaseItems } = this.#deps
    const slice = { batchId: batch.id, most: SLICE, at: clock.now() }
    if (isEnding(batch)) {
      const hasMore = (await items.cancelPending(slice)) === SLICE
      return { isRetrying: false, at: hasMore ? clock.now() : null }
    }
    if (mustStop(batch, await this.#totals(batch.id))) return { isRetrying: false, at: null }
    const retrying = batch.isRetrying ? await this.#reopen(batch, slice) : NOT_RETRYING
    // So that what stays failed is known before anything can fail again.
    if (retrying.isRetrying) return { ...retrying, at: clock.now() }
    const { heldMs, hasMore } = await releaseItems.execute(batch)
    if (heldMs !== null) return { ...retrying, at: clock.now() + heldMs }
    return { ...retrying, at: hasMore ? clock.now() : null }
  }

  async #reopen(
    { id, round }: Batch,
    slice: { batchId: string; most: number; at: number },
  ): Promise<Omit<Worked, 'at'>> {
    const { items } = this.#deps
    const failed = await items.reopen({ ...slice, status: 'failed', round })
    // Those that a stop has kept from being tried.
    const canceled = await items.reopen({ ...slice, status: 'canceled', round })
    if (failed === SLICE || canceled === SLICE) return { isRetrying: true }
    return { isRetrying: false, failedBefore: (await this.#totals(id)).counts.failed }
  }

  async #afterwards(batch: Batch, finishedAt: number, keep: Keep<Batch>): Promise<Batch | null> {
    const { items, clock } = this.#deps
    const now = clock.now()
    const [sendsAt] = batch.deliveries.flatMap(({ nextAt }) => nextAt ?? [])
    if (sendsAt !== undefined || !isExpired(batch, now)) {
      return { ...batch, wakeAt: sendsAt ?? finishedAt + batch.retainMs }
    }
    // A retry that came meanwhile is found here, and from here on no server's clock lets one come.
    const ending = batch.retainMs === 0 ? batch : await keep({ ...batch, retainMs: 0 })
    return (await items.erase(batch.id, SLICE)) ? null : { ...ending, wakeAt: now }
  }

  async #totals(batchId: string): Promise<BatchTotals> {
    const totals = await this.#deps.items.totals(batchId)
    if (!totals) throw new Error(`The items of the batch ${batchId} are gone.`)
    return totals
  }
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}

/** Whether the items of the batch are still there and may become pending again. */
export function mayRetry(batch: Batch): boolean {
  const status = statusOf(batch)
  return batch.finishedAt !== null && (status === 'completed' || status === 'stopped')
}

/** Its deletion is due, or has begun. */
export function isExpired({ finishedAt, retainMs }: Batch, now: number): boolean {
  return finishedAt !== null && now >= finishedAt + retainMs
}
