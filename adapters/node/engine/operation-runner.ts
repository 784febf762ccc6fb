import { FairPlaces, type FairPlacesOptions } from '#domain/tenant/fair-places.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationKey, OperationStore } from '#ports/operation-store.ts'
import { Backoff } from '#application/time/backoff.ts'

export interface OperationRunnerDeps extends FairPlacesOptions {
  readonly operations: Pick<OperationStore, 'unfinished'>
  /** Does one slice, and says whether there is more to do. */
  readonly operate: (id: string) => Promise<boolean>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Carries out bulk operations slice by slice, those of an earlier process first. Tenants take turns (`FairPlaces`), and so do the operations of
 * one tenant: after each slice an operation goes to the end of the line.
 */
export class OperationRunner {
  readonly #deps: OperationRunnerDeps
  readonly #places: FairPlaces
  readonly #resting: Backoff
  /** The operations of each tenant that wait for their next slice, in their order. */
  readonly #lines = new Map<string, string[]>()
  /** Operations that wait, rest, or have a slice under way. */
  readonly #known = new Set<string>()
  readonly #inHand = new Set<Promise<void>>()
  readonly #timers = new Set<() => void>()
  #running = false

  constructor(deps: OperationRunnerDeps) {
    this.#deps = deps
    this.#places = new FairPlaces(deps)
    this.#resting = new Backoff(deps.clock)
  }

  async start(): Promise<void> {
    this.#running = true
    for (const operation of await this.#deps.operations.unfinished()) this.run(operation)
  }

  run(operation: OperationKey): void {
    if (!this.#running || this.#known.has(operation.id)) return
    this.#known.add(operation.id)
    this.#getInLine(operation)
  }

  /** Finishes the slices in hand; what is left goes on at the next start. */
  async drain(): Promise<void> {
    this.#running = false
    for (const cancel of this.#timers) cancel()
    await Promise.all(this.#inHand)
  }

  #getInLine({ id, tenantId }: OperationKey): void {
    const line = this.#lines.get(tenantId) ?? []
    this.#lines.set(tenantId, line)
    line.push(id)
    this.#begin()
  }

  #begin(): void {
    while (this.#running) {
      const tenantId = this.#places.next(this.#lines.keys())
      if (tenantId === null) return
      const line = this.#lines.get(tenantId)
      const id = line?.shift()
      if (line?.length === 0) this.#lines.delete(tenantId)
      if (id !== undefined) this.#take({ id, tenantId })
    }
  }

  #take(operation: OperationKey): void {
    const { tenantId } = operation
    this.#places.take(tenantId)
    const work = this.#work(operation).then((goOn) => {
      this.#inHand.delete(work)
      this.#places.release(tenantId)
      if (goOn) this.#getInLine(operation)
      else this.#begin()
    })
    this.#inHand.add(work)
  }

  /** One slice; whether the next one may follow at once. */
  async #work(operation: OperationKey): Promise<boolean> {
    const { operate, logger } = this.#deps
    const { id } = operation
    try {
      const more = await operate(id)
      this.#resting.forget(id)
      if (!more) this.#known.delete(id)
      return more
    } catch (error) {
      const restMs = this.#resting.rest(id)
      logger.error('An operation could not go on; it will be tried again.', error, { operationId: id, restMs })
      this.#later(restMs, operation)
      return false
    }
  }

  #later(restMs: number, operation: OperationKey): void {
    if (!this.#running) return
    const cancel = this.#deps.clock.after(restMs, () => {
      this.#timers.delete(cancel)
      this.#getInLine(operation)
    })
    this.#timers.add(cancel)
  }
}
