import { LocalWaker } from '#adapters/node/engine/waker.ts'
import type { Wake } from '#domain/wake.ts'
import type { Woken } from '#ports/waker.ts'

/** Remembers what it was told last of each job. */
export class RecordingWaker extends LocalWaker {
  readonly #armed = new Map<string, Wake | null>()

  override async wakeAt(job: Woken, wake: Wake | null): Promise<void> {
    this.#armed.set(job.id, wake)
    await super.wakeAt(job, wake)
  }

  armedAt(jobId: string): number | null {
    return this.#armed.get(jobId)?.at ?? null
  }
}
