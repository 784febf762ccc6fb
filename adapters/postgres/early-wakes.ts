import type { Wake } from '#domain/wake.ts'
import type { Waker, Woken } from '#ports/waker.ts'

/**
 * Jobs that were claimed before their time, which only their journal knows. The store sets all
 * other wakes, in its own commits.
 */
export class EarlyWakes implements Waker {
  readonly #times = new Map<string, number>()

  wakeAt({ id }: Woken, wake: Wake | null): Promise<void> {
    if (wake) this.#times.set(id, wake.at)
    return Promise.resolve()
  }

  /** When the job is due (epoch ms), if it turned out not to be; asked once. */
  take(jobId: string): number | null {
    const at = this.#times.get(jobId) ?? null
    this.#times.delete(jobId)
    return at
  }
}
