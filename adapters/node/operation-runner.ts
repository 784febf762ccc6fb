import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationStore } from '#ports/operation-store.ts'
import { Backoff } from './backoff.ts'

export interface OperationRunnerDeps {
  readonly operations: Pick<OperationStore, 'unfinished'>
  /** Does one slice, and says whether there is more to do. */
  readonly operate: (id: string) => Promise<boolean>
  readonly clock: Clock
  readonly logger: Logger
}

/** Carries out bulk operations one slice after the other, those of an earlier process first. */
export class OperationRunner {
  readonly #deps: OperationRunnerDeps
  readonly #resting: Backoff
  readonly #inHand = new Map<string, Promise<void>>()
  readonly #timers = new Set<() => void>()
  #running = false

  constructor(deps: OperationRunnerDeps) {
    this.#deps = deps
    this.#resting = new Backoff(deps.clock)
  }

  async start(): Promise<void> {
    this.#running = true
    for (const id of await this.#deps.operations.unfinished()) this.run(id)
  }

  run(id: string): void {
    if (!this.#running || this.#inHand.has(id)) return
    const work = this.#work(id).finally(() => this.#inHand.delete(id))
    this.#inHand.set(id, work)
  }

  /** Finishes the slices in hand; what is left goes on at the next start. */
  async drain(): Promise<void> {
    this.#running = false
    for (const cancel of this.#timers) cancel()
    await Promise.all(this.#inHand.values())
  }

  async #work(id: string): Promise<void> {
    const { operate, logger } = this.#deps
    try {
      while (this.#running && (await operate(id)));
      this.#resting.forget(id)
    } catch (error) {
      const restMs = this.#resting.rest(id)
      logger.error('An operation could not go on; it will be tried again.', error, { operationId: id, restMs })
      this.#later(restMs, id)
    }
  }

  #later(restMs: number, id: string): void {
    if (!this.#running) return
    const cancel = this.#deps.clock.after(restMs, () => {
      this.#timers.delete(cancel)
      this.run(id)
    })
    this.#timers.add(cancel)
  }
}
