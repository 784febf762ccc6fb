import type { Woken } from '#ports/waker.ts'

/** Most ids of due jobs of one tenant that are held here; the others stay in the database until it is their turn. */
const MOST_READY = 1000

interface Lane {
  /** Due and not begun yet, in their order. */
  readonly ready: Set<string>
  /** Whether the database may have due jobs of the tenant that are not known here. */
  hasMore: boolean
  /** Whether the database is being asked. */
  isAsked: boolean
}

/** What is known here of the due jobs of each tenant. */
export class DueLanes {
  readonly #lanes = new Map<string, Lane>()

  /** The tenants that have due jobs, or may have. */
  get tenants(): readonly string[] {
    return [...this.#lanes.keys()]
  }

  /** Behind those of the tenant that are not known here. */
  add({ id, tenantId }: Woken): void {
    const lane = this.#laneOf(tenantId)
    if (lane.hasMore || lane.ready.size >= MOST_READY) lane.hasMore = true
    else lane.ready.add(id)
  }

  /** Before those that are not known here. */
  addFirst({ id, tenantId }: Woken): void {
    this.#laneOf(tenantId).ready.add(id)
  }

  expectMore(tenantId: string): void {
    this.#laneOf(tenantId).hasMore = true
  }

  /** The database is asked for the tenant's jobs: until it has answered, the tenant is taken to have some. */
  ask(tenantId: string): void {
    const lane = this.#laneOf(tenantId)
    lane.hasMore = false
    lane.isAsked = true
  }

  answer(tenantId: string, jobIds: readonly string[]): void {
    const lane = this.#laneOf(tenantId)
    lane.isAsked = false
    for (const jobId of jobIds) lane.ready.add(jobId)
    this.#forgetIfDone(tenantId, lane)
  }

  /** The tenant's next job, which is here no longer. */
  take(tenantId: string): string | undefined {
    const lane = this.#lanes.get(tenantId)
    const [jobId] = lane?.ready ?? []
    if (!lane || jobId === undefined) return undefined
    lane.ready.delete(jobId)
    this.#forgetIfDone(tenantId, lane)
    return jobId
  }

  #forgetIfDone(tenantId: string, { ready, hasMore, isAsked }: Lane): void {
    if (ready.size === 0 && !hasMore && !isAsked) this.#lanes.delete(tenantId)
  }

  #laneOf(tenantId: string): Lane {
    const lane = this.#lanes.get(tenantId) ?? { ready: new Set<string>(), hasMore: false, isAsked: false }
    this.#lanes.set(tenantId, lane)
    return lane
  }
}
