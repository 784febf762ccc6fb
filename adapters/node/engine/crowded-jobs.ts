import type { Woken } from '#ports/waker.ts'

/** Most jobs of one tenant that wait for a place elsewhere: with so many, no others of that tenant are looked for. */
const MOST_OF_ONE = 1000

/** Jobs that wait for a place elsewhere. */
export class CrowdedJobs {
  readonly #jobs = new Set<string>()
  readonly #counts = new Map<string, number>()

  get size(): number {
    return this.#jobs.size
  }

  has(jobId: string): boolean {
    return this.#jobs.has(jobId)
  }

  hasTooMany(tenantId: string): boolean {
    return this.#countOf(tenantId) >= MOST_OF_ONE
  }

  add({ id, tenantId }: Woken): void {
    this.#jobs.add(id)
    this.#counts.set(tenantId, this.#countOf(tenantId) + 1)
  }

  delete({ id, tenantId }: Woken): void {
    this.#jobs.delete(id)
    const left = this.#countOf(tenantId) - 1
    if (left > 0) this.#counts.set(tenantId, left)
    else this.#counts.delete(tenantId)
  }

  #countOf(tenantId: string): number {
    return this.#counts.get(tenantId) ?? 0
  }
}
