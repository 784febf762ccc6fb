import type { Waker } from '#ports/waker.ts'

/** Tells the process's own `JobPump` that there may be something to do; the wake itself is a column in the database. */
export class LocalWaker implements Waker {
  #listener: (at: number) => void = () => undefined

  listen(listener: (at: number) => void): void {
    this.#listener = listener
  }

  async wakeAt(_jobId: string, at: number | null): Promise<void> {
    if (at !== null) this.#listener(at)
    return Promise.resolve()
  }
}
