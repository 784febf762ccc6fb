import { type Batch, isBeingDeleted } from '#domain/batch/batch.ts'
import { BatchNotFoundError } from '#domain/batch/errors.ts'
import type { BatchItem, ItemStatus } from '#domain/batch/item.ts'
import type { StopReason } from '#domain/agent/next-step.ts'
import type { Usage } from '#domain/agent/usage.ts'
import { type FinishedJob, isFinished } from '#domain/job/job.ts'
import { type Cost, NO_COST, totalOf } from '#domain/money/cost.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { RecordIntake } from '#ports/record-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { jobIdOf } from './item-jobs.ts'

export interface ReadItemsDeps {
  readonly batches: Pick<RecordIntake<Batch>, 'get'>
  readonly items: Pick<BatchItemIntake, 'list'>
  readonly jobs: Pick<JobIntake, 'get'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

export interface ItemsQuery {
  readonly tenantId: string
  readonly batchId: string
  readonly status?: ItemStatus | undefined
  /** Only lines after this one. */
  readonly after: number
  readonly size: number
}

export interface ShownItem {
  readonly item: BatchItem
  /** `null` for one that has no job, or not yet. */
  readonly jobId: string | null
}

export interface ItemPage {
  readonly items: readonly ShownItem[]
  /** Where the next page begins; `null` when this is the last. */
  readonly next: number | null
}

/** What is shown of an item's job. */
export interface ItemOutcome {
  /** Of a completed job. */
  readonly output?: JsonValue
  /** Why that job ended; absent from an object of an earlier release. */
  readonly stopReason?: StopReason
  readonly usage: Usage
  /** Of all its calls. Nothing for an item that was skipped, because an earlier one was charged for. */
  readonly cost: Cost
}

export interface ItemResult extends ShownItem {
  /** `null` where the item has no job, or where it is not kept any more. */
  readonly outcome: ItemOutcome | null
}

export interface ResultPage {
  readonly results: readonly ItemResult[]
  /** Where the next page begins; `null` when this is the last. */
  readonly next: number | null
}

/** Items that are read at once, and with them their inputs, which may be large. */
const ITEMS_AT_ONCE = 10
/** Jobs that are read at once. Each is whole in memory meanwhile, and outputs may be large. */
const JOBS_AT_ONCE = 4
/** A page ends with the item, or the group of jobs, that reaches so many characters. So large contents make it shorter. */
const MOST_CHARACTERS = 1_048_576

/** Reads what has become of items. What it costs depends on the page alone. */
export class ReadItems {
  readonly #deps: ReadItemsDeps

  constructor(deps: ReadItemsDeps) {
    this.#deps = deps
  }

  /** Shorter than was wanted where the inputs are large. @throws {BatchNotFoundError} */
  async page(query: ItemsQuery): Promise<ItemPage> {
    await this.#demandBatch(query)
    const { size } = query
    const items: ShownItem[] = []
    let next: number | null = query.after
    for (let characters = 0; next !== null && items.length < size;) {
      const group = await this.#list({ ...query, after: next, size: Math.min(ITEMS_AT_ONCE, size - items.length) })
      for (const shown of group.items) {
        if (characters >= MOST_CHARACTERS) return { items, next }
        items.push(shown)
        characters += JSON.stringify(shown.item).length
        next = shown.item.line
      }
      next = group.next
    }
    return { items, next }
  }

  /**
   * As `page`, with what became of the jobs and without inputs. Shorter where the outputs are large.
   * @throws {BatchNotFoundError}
   */
  async results(query: ItemsQuery): Promise<ResultPage> {
    await this.#demandBatch(query)
    const { items, next } = await this.#list(query)
    const results: ItemResult[] = []
    for (let from = 0, characters = 0; from < items.length; from += JOBS_AT_ONCE) {
      const some = items.slice(from, from + JOBS_AT_ONCE).map((shown) => this.#result(query.tenantId, shown))
      results.push(...(await Promise.all(some)))
      characters += JSON.stringify(results.slice(from)).length
      if (characters >= MOST_CHARACTERS && results.length < items.length) {
        return { results, next: results.at(-1)?.item.line ?? next }
      }
    }
    return { results, next }
  }

  async #demandBatch({ tenantId, batchId }: ItemsQuery): Promise<void> {
    const batch = await this.#deps.batches.get(tenantId, batchId)
    if (!batch || isBeingDeleted(batch)) throw new BatchNotFoundError(batchId)
  }

  async #list(query: ItemsQuery): Promise<ItemPage> {
    const { batchId, status, after, size } = query
    const found = await this.#deps.items.list({ batchId, after, size: size + 1, ...(status && { status }) })
    const items = await Promise.all(found.slice(0, size).map((item) => this.#shown(query, item)))
    return { items, next: found.length > size ? (items.at(-1)?.item.line ?? null) : null }
  }

  async #result(tenantId: string, { item, jobId }: ShownItem): Promise<ItemResult> {
    const job = jobId === null ? null : await this.#deps.jobs.get(tenantId, jobId)
    return { item: { ...item, input: null }, jobId, outcome: job && isFinished(job) ? outcomeOf(job, item) : null }
  }

  async #shown({ tenantId, batchId }: ItemsQuery, item: BatchItem): Promise<ShownItem> {
    if (item.doneBy !== null) return { item, jobId: item.doneBy }
    // A line that could not be read, and an item that was never taken, have no job.
    if (item.takenAt === null || item.status === 'pending') return { item, jobId: null }
    return { item, jobId: await jobIdOf(this.#deps.derivedIds, { tenantId, batchId, item }) }
  }
}

function outcomeOf(job: FinishedJob, { status }: BatchItem): ItemOutcome {
  const { usage, cost } = job.receipt
  const used = { usage: usage.answered, cost: status === 'skipped' ? NO_COST : totalOf(cost) }
  if (job.status !== 'completed') return used
  const { output, stopReason } = job.report
  return { output, stopReason, ...used }
}
