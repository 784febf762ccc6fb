import type { Wake, WakeKind } from '#domain/job/wake.ts'
import type { Waker, WokenJob } from '#ports/waker.ts'

type Listener = (job: WokenJob, at: number) => void

/** Tells the process's own pumps that there may be something to do; the wake itself is a column in the database. */
export class LocalWaker implements Waker {
  readonly #listeners = new Map<WakeKind, Listener>()

  listen(kind: WakeKind, listener: Listener): void {
    this.#listeners.set(kind, listener)
  }

  async wakeAt(job: WokenJob, wake: Wake | null): Promise<void> {
    if (wake) this.#listeners.get(wake.kind)?.(job, wake.at)
    return Promise.resolve()
  }
}
