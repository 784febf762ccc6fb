import type { ClaimWorker, Reservation } from './claim-worker.ts'
import type { Offer } from './offers.ts'

/** Work as a commit leaves it. */
export interface WrittenWake extends Offer {
  readonly kind: string
  /** When it is due (epoch ms). */
  readonly at: number
}

export interface WorkersDeps {
  readonly now: () => number
  /** Notifies the other servers that this one has no room for more work of these kinds. */
  readonly tell: (kinds: readonly string[]) => void
}

/**
 * The workers of this process, by the kind of work they do. There are none before they are hired,
 * and in a process that only stores jobs.
 */
export class Workers {
  readonly #deps: WorkersDeps
  #workers: ReadonlyMap<string, ClaimWorker> = new Map()

  constructor(deps: WorkersDeps) {
    this.#deps = deps
  }

  hire(workers: ReadonlyMap<string, ClaimWorker>): void {
    this.#workers = workers
  }

  /**
   * A place for work that is due as soon as it is written; `null` if it is not due or there is no
   * room here.
   */
  reserve(wake: WrittenWake): Reservation | null {
    if (wake.at > this.#deps.now()) return null
    return this.#workers.get(wake.kind)?.reserve(wake) ?? null
  }

  /** These were written for any server. */
  announce(wakes: readonly WrittenWake[]): void {
    const now = this.#deps.now()
    const tooMuch = new Set<string>()
    for (const { kind, tenantId, at } of wakes) {
      const worker = this.#workers.get(kind)
      if (at > now) worker?.expect(at)
      else if (worker?.nudge(tenantId) !== true) tooMuch.add(kind)
    }
    if (tooMuch.size > 0) this.#deps.tell([...tooMuch])
  }

  /** There may be something of this kind to do. */
  scan(kind: string): void {
    this.#workers.get(kind)?.scan()
  }
}
