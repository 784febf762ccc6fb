import { QueueFullError } from '#domain/job/refusals.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'

/** How long a count is relied on. What is submitted here in the meantime is added to it. */
const FRESH_MS = 5000

export interface QueueDepthDeps {
  readonly index: Pick<JobIndex, 'unfinished'>
  readonly tenants: TenantPolicies
  readonly clock: Clock
}

/** Keeps tenants from having more unfinished jobs than they may. Counts now and then, for a count at each submission would be most of its cost. */
export class QueueDepth {
  readonly #deps: QueueDepthDeps
  readonly #counts = new Map<string, { jobs: number; readonly at: number }>()

  constructor(deps: QueueDepthDeps) {
    this.#deps = deps
  }

  /** @throws {QueueFullError} */
  async admit(tenantId: string): Promise<void> {
    const { tenants, clock } = this.#deps
    const { maxUnfinishedJobs: most } = tenants.get(tenantId)
    const known = this.#counts.get(tenantId)
    const fresh = known && clock.now() - known.at < FRESH_MS ? known : await this.#count(tenantId, most)
    if (fresh.jobs >= most) throw new QueueFullError(most, Math.max(1000, fresh.at + FRESH_MS - clock.now()))
  }

  /** A job was submitted. */
  add(tenantId: string): void {
    const known = this.#counts.get(tenantId)
    if (known) known.jobs++
  }

  async #count(tenantId: string, most: number): Promise<{ jobs: number; readonly at: number }> {
    const { index, clock } = this.#deps
    const counted = { jobs: await index.unfinished(tenantId, most), at: clock.now() }
    this.#counts.set(tenantId, counted)
    return counted
  }
}
