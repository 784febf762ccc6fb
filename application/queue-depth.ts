import { QueueFullError } from '#domain/job/refusals.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'

/** How long a count is relied on; what is submitted here in the meantime is added to it. */
const FRESH_MS = 5000
/** How long a count is relied on to refuse somebody, who would rather hear sooner that there is room again. */
const FRESH_WHEN_FULL_MS = 1000
/**
 * When a count that has not ended, and a place of which nothing more was heard, are taken for lost: on Workers they belong to a request, and may end
 * with a caller who leaves (https://developers.cloudflare.com/workers/observability/errors/).
 */
const LOST_MS = 30_000
const NEVER = Number.NEGATIVE_INFINITY

export interface QueueDepthDeps {
  readonly index: Pick<JobIndex, 'unfinished'>
  readonly tenants: TenantPolicies
  readonly clock: Clock
}

interface Depth {
  jobs: number
  /** Let in, and not known to be stored yet. */
  pending: Place[]
  /** When the count was begun by which others go; `NEVER` before the first has ended. */
  countedAt: number
  /** The one that is under way. */
  count: Count | null
}

interface Place {
  readonly takenAt: number
}

interface Count {
  readonly begunAt: number
  readonly end: Promise<void>
}

/** Says what has become of somebody who was let in: whether there is one more job. */
type Settle = (stored: boolean) => void

/** Keeps tenants from having more unfinished jobs than they may. Counts now and then, for a count at each submission would be most of its cost. */
export class QueueDepth {
  readonly #deps: QueueDepthDeps
  readonly #depths = new Map<string, Depth>()

  constructor(deps: QueueDepthDeps) {
    this.#deps = deps
  }

  /** Takes a place before anything is stored, so that however many come at once no more are let in than there is room for. @throws {QueueFullError} */
  async admit(tenantId: string): Promise<Settle> {
    const { maxUnfinishedJobs: most } = this.#deps.tenants.get(tenantId)
    const depth = await this.#counted(tenantId, most)
    if (isFull(depth, most)) throw new QueueFullError(most, FRESH_WHEN_FULL_MS)
    const place = { takenAt: this.#deps.clock.now() }
    depth.pending.push(place)
    return (stored) => {
      depth.pending = depth.pending.filter((other) => other !== place)
      if (stored) depth.jobs++
    }
  }

  async #counted(tenantId: string, most: number): Promise<Depth> {
    const depth = this.#depths.get(tenantId) ?? { jobs: 0, pending: [], countedAt: NEVER, count: null }
    this.#depths.set(tenantId, depth)
    const now = this.#deps.clock.now()
    if (now - depth.countedAt < (isFull(depth, most) ? FRESH_WHEN_FULL_MS : FRESH_MS)) return depth
    // Whoever comes while it is counted for the first time waits for the same count.
    if (!depth.count || now - depth.count.begunAt >= LOST_MS) depth.count = this.#count(depth, tenantId, most)
    await depth.count.end
    return depth
  }

  #count(depth: Depth, tenantId: string, most: number): Count {
    const { index, clock } = this.#deps
    const begunAt = clock.now()
    const isFirst = depth.countedAt === NEVER
    // Others go on by the count before, and so does everybody where this one fails.
    if (!isFirst) depth.countedAt = begunAt
    depth.pending = depth.pending.filter(({ takenAt }) => begunAt - takenAt < LOST_MS)
    const counted = async (): Promise<void> => {
      try {
        const jobs = await index.unfinished(tenantId, most)
        if (depth.count !== count) return
        depth.jobs = jobs
        depth.countedAt = begunAt
      } catch (error) {
        if (isFirst) throw error
      } finally {
        if (depth.count === count) depth.count = null
      }
    }
    const count: Count = { begunAt, end: Promise.resolve().then(counted) }
    return count
  }
}

function isFull({ jobs, pending }: Depth, most: number): boolean {
  return jobs + pending.length >= most
}
