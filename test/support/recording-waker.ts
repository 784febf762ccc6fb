import { LocalWaker } from '#adapters/node/waker.ts'
import type { Wake } from '#domain/job/wake.ts'

/** Remembers what it was told last of each job. */
export class RecordingWaker extends LocalWaker {
  readonly #armed = new Map<string, Wake | null>()

  override async wakeAt(jobId: string, wake: Wake | null): Promise<void> {
    this.#armed.set(jobId, wake)
    await super.wakeAt(jobId, wake)
  }

  armedAt(jobId: string): number | null {
    return this.#armed.get(jobId)?.at ?? null
  }
}
