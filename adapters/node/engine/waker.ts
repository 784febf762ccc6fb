import type { Wake } from '#domain/wake.ts'
import type { Waker, Woken } from '#ports/waker.ts'

type Listener = (woken: Woken, at: number) => void

/** Notifies the pumps of this process that there may be due work; the wake itself is a column in the database. */
export class LocalWaker implements Waker {
  readonly #listeners = new Map<string, Listener>()

  /** @param agent only its jobs, which then go to no other listener of this kind. */
  listen(kind: string, listener: Listener, agent?: string): void {
    this.#listeners.set(keyOf(kind, agent), listener)
  }

  async wakeAt(woken: Woken, wake: Wake | null): Promise<void> {
    if (wake) this.#listenerOf(wake.kind, woken)?.(woken, wake.at)
    return Promise.resolve()
  }

  #listenerOf(kind: string, { agent }: Woken): Listener | undefined {
    return this.#listeners.get(keyOf(kind, agent)) ?? this.#listeners.get(keyOf(kind))
  }
}

function keyOf(kind: string, agent = ''): string {
  return `${kind} ${agent}`
}
