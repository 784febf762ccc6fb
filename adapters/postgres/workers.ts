import type { ClaimWorker } from './claim-worker.ts'
import type { OfferOfKind } from './offers.ts'
import type { Reservation } from './reservation.ts'

/** Work as a commit leaves it. */
export interface WrittenWake extends OfferOfKind {
  /** When it is due (epoch ms). */
  readonly at: number
}

export interface WorkersDeps {
  readonly now: () => number
  /** Notifies the other servers that this one has no room for more work of these kinds. */
  readonly tell: (kinds: readonly string[]) => void
}

export interface HiredWorker {
  readonly kind: string
  /** Whose jobs alone it does. */
  readonly agent: string | null
  readonly worker: ClaimWorker
}

/**
 * The workers of this process, by the kind of work they do. There are none before they are hired,
 * and in a process that only stores jobs.
 */
export class Workers {
  readonly #deps: WorkersDeps
  #workers: ReadonlyMap<string, HiredWorker> = new Map()

  constructor(deps: WorkersDeps) {
    this.#deps = deps
  }

  hire(workers: readonly HiredWorker[]): void {
    this.#workers = new Map(workers.map((hired) => [keyOf(hired.kind, hired.agent), hired]))
  }

  /** Their holders are gone. */
  offer(offers: readonly OfferOfKind[]): void {
    for (const [worker, own] of Map.groupBy(offers, (offer) => this.#workerFor(offer))) worker?.offer(own)
  }

  /**
   * A place for work that is due as soon as it is written; `null` if it is not due or there is no
   * room here.
   */
  reserve(wake: WrittenWake): Reservation | null {
    if (wake.at > this.#deps.now()) return null
    return this.#workerFor(wake)?.reserve(wake) ?? null
  }

  /** These were written for any server. */
  announce(wakes: readonly WrittenWake[]): void {
    const now = this.#deps.now()
    const tooMuch = new Set<string>()
    for (const wake of wakes) {
      const { kind, tenantId, at } = wake
      const worker = this.#workerFor(wake)
      if (at > now) worker?.expect(at)
      else if (worker?.nudge(tenantId) !== true) tooMuch.add(kind)
    }
    if (tooMuch.size > 0) this.#deps.tell([...tooMuch])
  }

  /** There may be something of this kind to do. */
  scan(kind: string): void {
    for (const hired of this.#workers.values()) if (hired.kind === kind) hired.worker.scan()
  }

  #workerFor({ kind, agent }: OfferOfKind): ClaimWorker | undefined {
    const hired = this.#workers.get(keyOf(kind, agent ?? null)) ?? this.#workers.get(keyOf(kind, null))
    return hired?.worker
  }
}

function keyOf(kind: string, agent: string | null): string {
  return `${kind} ${agent ?? ''}`
}
