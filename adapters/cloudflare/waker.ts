import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { Wake } from '#domain/job/wake.ts'
import type { Waker } from '#ports/waker.ts'

/**
 * The alarm of the job's own object. Called right after the store's write, with nothing awaited in between but settled promises,
 * it falls into the same implicit transaction: job and wake are kept together or not at all.
 */
export class AlarmWaker implements Waker {
  readonly #storage: DurableObjectStorage
  /** What it is set to, as far as this instance has set it; `undefined`: nobody here knows. */
  #at: number | null | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  async wakeAt(_jobId: string, wake: Wake | null): Promise<void> {
    this.#at = wake?.at ?? null
    if (wake === null) await this.#storage.deleteAlarm()
    else await this.#storage.setAlarm(wake.at)
  }

  async isSetTo(at: number): Promise<boolean> {
    return (this.#at === undefined ? await this.#storage.getAlarm() : this.#at) === at
  }

  /** It has fired, or somebody else has set it. */
  forget(): void {
    this.#at = undefined
  }
}

/** An alarm that is this late has been lost, and not just a little delayed. */
const LOST_MS = 30_000

/**
 * Sees to it that an alarm comes at `at` or sooner, also where one is set for a time long past and has never fired
 * (https://github.com/cloudflare/cloudflare-docs/issues/18324).
 */
export async function ensureAlarm(
  storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>,
  at: number,
  now: number,
): Promise<void> {
  const alarm = await storage.getAlarm()
  if (alarm === null || alarm > at || alarm < now - LOST_MS) await storage.setAlarm(at)
}
