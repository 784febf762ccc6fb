import type { Wake, WakeKind } from '#domain/job/wake.ts'
import type { Waker } from '#ports/waker.ts'

/** Tells the process's own pumps that there may be something to do; the wake itself is a column in the database. */
export class LocalWaker implements Waker {
  readonly #listeners = new Map<WakeKind, (jobId: string, at: number) => void>()

  listen(kind: WakeKind, listener: (jobId: string, at: number) => void): void {
    this.#listeners.set(kind, listener)
  }

  async wakeAt(jobId: string, wake: Wake | null): Promise<void> {
    if (wake) this.#listeners.get(wake.kind)?.(jobId, wake.at)
    return Promise.resolve()
  }
}
