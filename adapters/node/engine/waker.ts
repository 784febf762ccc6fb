import type { Wake } from '#domain/wake.ts'
import type { Waker, Woken } from '#ports/waker.ts'

type Listener = (woken: Woken, at: number) => void

/** Notifies the pumps of this process that there may be due work; the wake itself is a column in the database. */
export class LocalWaker implements Waker {
  readonly #listeners = new Map<string, Listener>()

  listen(kind: string, listener: Listener): void {
    this.#listeners.set(kind, listener)
  }

  async wakeAt(woken: Woken, wake: Wake | null): Promise<void> {
    if (wake) this.#listeners.get(wake.kind)?.(woken, wake.at)
    return Promise.resolve()
  }
}
