import { LocalWaker } from '#adapters/node/waker.ts'

/** Remembers what it was told last of each job. */
export class RecordingWaker extends LocalWaker {
  readonly #armed = new Map<string, number | null>()

  override async wakeAt(jobId: string, at: number | null): Promise<void> {
    this.#armed.set(jobId, at)
    await super.wakeAt(jobId, at)
  }

  armedAt(jobId: string): number | null {
    return this.#armed.get(jobId) ?? null
  }
}
