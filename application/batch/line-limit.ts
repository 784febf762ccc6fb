import { TooManyItemsError } from '#domain/batch/errors.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { BatchIndex } from '#ports/batch-index.ts'
import type { Clock } from '#ports/clock.ts'

/** How long a count is relied on; lines that are stored here in the meantime are added to it. */
const FRESH_MS = 5000
/** The same of a count that refuses lines: there may be room again. */
const FRESH_WHEN_FULL_MS = 1000

export interface LineLimitDeps {
  readonly index: Pick<BatchIndex, 'unfinishedLines'>
  readonly tenants: TenantPolicies
  readonly clock: Pick<Clock, 'monotonic'>
}

interface Known {
  lines: number
  readonly countedAt: number
}

/**
 * Keeps unfinished batches of a tenant from having more lines than they may. Counts now and then, for a count at each
 * chunk would cost more than the chunk. Servers see each other's lines with the next count.
 */
export class LineLimit {
  readonly #deps: LineLimitDeps
  readonly #known = new Map<string, Known>()

  constructor(deps: LineLimitDeps) {
    this.#deps = deps
  }

  /** Makes room for lines that are about to be stored. @throws {TooManyItemsError} */
  async admit(tenantId: string, lines: number): Promise<void> {
    const { tenants, clock } = this.#deps
    const { maxBatchItems: most } = tenants.get(tenantId)
    const known = this.#known.get(tenantId)
    const age = known ? clock.monotonic() - known.countedAt : Infinity
    const isFull = known !== undefined && known.lines + lines > most
    const current = known && age < (isFull ? FRESH_WHEN_FULL_MS : FRESH_MS) ? known : await this.#count(tenantId)
    if (current.lines + lines > most) throw new TooManyItemsError(current.lines, most)
    current.lines += lines
  }

  async #count(tenantId: string): Promise<Known> {
    const { index, clock } = this.#deps
    const countedAt = clock.monotonic()
    const counted = { lines: await index.unfinishedLines(tenantId), countedAt }
    this.#known.set(tenantId, counted)
    return counted
  }
}
