import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import type { InBackground } from '#ports/in-background.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { Logger } from '#ports/logger.ts'
import { withDeadline } from '../time/deadline.ts'

/** How long a count is relied on; what is submitted here in the meantime is added to it. */
const FRESH_MS = 5000
/** When a submission has them counted again, and does not wait for that. */
const RENEWED_AFTER_MS = 4000
/** How long a count may refuse submissions. It is shorter, so that callers learn soon that there is room again. */
const FRESH_WHEN_FULL_MS = 1000
/**
 * When an unfinished count or an unsettled place counts as lost. On some runtimes they belong to a request, and may end
 * with a caller who leaves.
 */
const LOST_MS = 30_000
const NEVER = Number.NEGATIVE_INFINITY
const NOBODY_LEAVES = new AbortController().signal

export interface QueueDepthDeps {
  readonly index: Pick<JobIndex, 'unfinished'>
  readonly tenants: TenantPolicies
  readonly clock: Clock
  readonly logger: Logger
  readonly inBackground: InBackground
}

interface Depth {
  jobs: number
  /** When the count was begun that `jobs` relies on; `NEVER` before there is one. */
  countedAt: number
  /** The count that was begun last, as long as it is under way. */
  count: Count | null
  /** Let in, and not known to be stored yet. */
  readonly pending: Set<Place>
}

interface Place {
  readonly takenAt: number
}

interface Count {
  readonly begunAt: number
  readonly end: Promise<void>
}

/** Settles an admitted submission: whether its job was stored. */
type Settle = (stored: boolean) => void

/**
 * Keeps tenants from having more unfinished jobs than they may. Counts now and then, for a count at each submission
 * would be most of its cost.
 *
 * One process never lets in more than there is room for. Several servers, or isolates, see each other's
 * jobs with the next count, which is five seconds later at most. Until then each may fill the room that it has counted.
 * So each further server may exceed the limit by that room, and by no more than it admits in five seconds.
 */
export class QueueDepth {
  readonly #deps: QueueDepthDeps
  readonly #depths = new Map<string, Depth>()

  constructor(deps: QueueDepthDeps) {
    this.#deps = deps
  }

  /**
   * Takes a place before anything is stored, so that however many come at once no more are let in than there is room for.
   * @throws {QueueFullError}, and what keeps the queue from being counted where it never was, or where it seems to be full.
   */
  async admit(tenantId: string): Promise<Settle> {
    const { tenants, clock } = this.#deps
    const { maxUnfinishedJobs: most } = tenants.get(tenantId)
    const depth = this.#depths.get(tenantId) ?? { jobs: 0, countedAt: NEVER, count: null, pending: new Set() }
    this.#depths.set(tenantId, depth)
    if (this.#isKnown(depth, most)) this.#renew(depth, tenantId, most)
    else await this.#learn(depth, tenantId, most)
    if (isFull(depth, most)) throw new QueueFullError(most, FRESH_WHEN_FULL_MS)
    const place = { takenAt: clock.monotonic() }
    depth.pending.add(place)
    return (stored) => {
      depth.pending.delete(place)
      if (stored) depth.jobs++
    }
  }

  /** Whether the last count can be used. Concurrent callers use the previous count while a new one is being read. */
  #isKnown(depth: Depth, most: number): boolean {
    if (depth.countedAt === NEVER) return false
    const age = this.#deps.clock.monotonic() - depth.countedAt
    return age < (isFull(depth, most) ? FRESH_WHEN_FULL_MS : FRESH_MS) || this.#restOf(depth.count) > 0
  }

  /** Returns when there is a count to rely on. All who come before the first has ended wait for that. */
  async #learn(depth: Depth, tenantId: string, most: number): Promise<void> {
    const rest = this.#restOf(depth.count)
    if (!depth.count || rest <= 0) depth.count = this.#count(depth, tenantId, most)
    const { end } = depth.count
    const timeoutError = (): Error => new StorageUnavailableError(new Error('The queue could not be counted in time.'))
    const timeoutMs = rest > 0 ? rest : LOST_MS
    await withDeadline({ clock: this.#deps.clock, timeoutMs, signal: NOBODY_LEAVES, timeoutError }, () => end)
  }

  /** One that fails leaves it to the first submission after the count's time. */
  #renew(depth: Depth, tenantId: string, most: number): void {
    const { clock, inBackground } = this.#deps
    const isYoung = clock.monotonic() - depth.countedAt < RENEWED_AFTER_MS
    if (isYoung || isFull(depth, most) || this.#restOf(depth.count) > 0) return
    const count = this.#count(depth, tenantId, most)
    depth.count = count
    void inBackground(() => count.end.catch(() => undefined))
  }

  /** How long a count may still take. */
  #restOf(count: Count | null): number {
    return count ? count.begunAt + LOST_MS - this.#deps.clock.monotonic() : 0
  }

  #count(depth: Depth, tenantId: string, most: number): Count {
    const { index, clock, logger } = this.#deps
    const begunAt = clock.monotonic()
    for (const place of depth.pending) if (begunAt - place.takenAt >= LOST_MS) depth.pending.delete(place)
    const counted = async (): Promise<void> => {
      try {
        const jobs = await index.unfinished(tenantId, most)
        // Unless a later one was quicker.
        if (begunAt <= depth.countedAt) return
        depth.jobs = jobs
        depth.countedAt = begunAt
      } catch (error) {
        if (depth.countedAt === NEVER || isFull(depth, most)) throw error
        logger.warn('A queue could not be counted; the count before is relied on.', { tenantId, reason: String(error) })
        depth.countedAt = begunAt
      } finally {
        if (depth.count === count) depth.count = null
      }
    }
    const count: Count = { begunAt, end: Promise.resolve().then(counted) }
    return count
  }
}

function isFull({ jobs, pending }: Depth, most: number): boolean {
  return jobs + pending.size >= most
}
