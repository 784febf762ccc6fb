import { QueueFullError } from '#domain/job/refusals.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'

/** How long a count is relied on; what is submitted here in the meantime is added to it. */
const FRESH_MS = 5000
/** How long a count is relied on to refuse somebody, who would rather hear sooner that there is room again. */
const FRESH_WHEN_FULL_MS = 1000

export interface QueueDepthDeps {
  readonly index: Pick<JobIndex, 'unfinished'>
  readonly tenants: TenantPolicies
  readonly clock: Clock
}

interface Depth {
  jobs: number
  /** Let in, and not known to be stored yet. */
  pending: number
  at: number
}

/** Says what has become of somebody who was let in: whether there is one more job. */
type Settle = (stored: boolean) => void

/** Keeps tenants from having more unfinished jobs than they may. Counts now and then, for a count at each submission would be most of its cost. */
export class QueueDepth {
  readonly #deps: QueueDepthDeps
  readonly #depths = new Map<string, Depth>()
  readonly #counting = new Map<string, Promise<Depth>>()

  constructor(deps: QueueDepthDeps) {
    this.#deps = deps
  }

  /** Takes a place before anything is stored, so that however many come at once no more are let in than there is room for. @throws {QueueFullError} */
  async admit(tenantId: string): Promise<Settle> {
    const { maxUnfinishedJobs: most } = this.#deps.tenants.get(tenantId)
    const depth = await this.#depth(tenantId, most)
    if (depth.jobs + depth.pending >= most) throw new QueueFullError(most, FRESH_WHEN_FULL_MS)
    depth.pending++
    return (stored) => {
      depth.pending--
      if (stored) depth.jobs++
    }
  }

  #depth(tenantId: string, most: number): Promise<Depth> {
    const known = this.#depths.get(tenantId)
    if (known && this.#isFresh(known, most)) return Promise.resolve(known)
    // Whoever comes while it is being counted waits for the same count.
    const underWay = this.#counting.get(tenantId)
    if (underWay) return underWay
    const counting = this.#count(tenantId, most).finally(() => this.#counting.delete(tenantId))
    this.#counting.set(tenantId, counting)
    return counting
  }

  #isFresh({ jobs, pending, at }: Depth, most: number): boolean {
    return this.#deps.clock.now() - at < (jobs + pending >= most ? FRESH_WHEN_FULL_MS : FRESH_MS)
  }

  async #count(tenantId: string, most: number): Promise<Depth> {
    const { index, clock } = this.#deps
    const depth = this.#depths.get(tenantId) ?? { jobs: 0, pending: 0, at: 0 }
    depth.at = clock.now()
    depth.jobs = await index.unfinished(tenantId, most)
    this.#depths.set(tenantId, depth)
    return depth
  }
}
