import { BatchFullError, TooManyItemsError } from '#domain/batch/errors.ts'
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

/** Lines that are about to be stored. */
export interface WantedLines {
  readonly tenantId: string
  readonly batchId: string
  /** Lines that the batch has already. */
  readonly next: number
  readonly lines: number
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
  /** Counts in flight: parallel uploads of a tenant share one, and with it what each adds. */
  readonly #counting = new Map<string, Promise<Known>>()

  constructor(deps: LineLimitDeps) {
    this.#deps = deps
  }

  /** Makes room for lines. @throws {TooManyItemsError}, and {BatchFullError} where no wait helps. */
  async admit({ tenantId, batchId, next, lines }: WantedLines): Promise<void> {
    const { maxBatchItems: most } = this.#deps.tenants.get(tenantId)
    if (next + lines > most) throw new BatchFullError(batchId, next, most)
    const known = this.#fresh(tenantId, most - lines) ?? (await this.#count(tenantId))
    if (known.lines + lines > most) throw new TooManyItemsError(known.lines, most)
    known.lines += lines
  }

  /** What is known of the tenant, unless it is to be counted, or is being counted, anew. */
  #fresh(tenantId: string, room: number): Known | undefined {
    const known = this.#known.get(tenantId)
    if (!known || this.#counting.has(tenantId)) return undefined
    const age = this.#deps.clock.monotonic() - known.countedAt
    return age < (known.lines > room ? FRESH_WHEN_FULL_MS : FRESH_MS) ? known : undefined
  }

  #count(tenantId: string): Promise<Known> {
    const inFlight = this.#counting.get(tenantId)
    if (inFlight) return inFlight
    const count = this.#read(tenantId).finally(() => this.#counting.delete(tenantId))
    this.#counting.set(tenantId, count)
    return count
  }

  async #read(tenantId: string): Promise<Known> {
    const { index, clock } = this.#deps
    const countedAt = clock.monotonic()
    const counted = { lines: await index.unfinishedLines(tenantId), countedAt }
    this.#known.set(tenantId, counted)
    return counted
  }
}
