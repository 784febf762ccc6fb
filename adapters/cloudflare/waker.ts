import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { Waker } from '#ports/waker.ts'

/**
 * The alarm of the job's own object. Called right after the store's write, with nothing awaited in between but settled promises,
 * it falls into the same implicit transaction: job and wake are kept together or not at all.
 */
export class AlarmWaker implements Waker {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  async wakeAt(_jobId: string, at: number | null): Promise<void> {
    if (at === null) await this.#storage.deleteAlarm()
    else await this.#storage.setAlarm(at)
  }
}
