import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { Wake } from '#domain/wake.ts'
import type { Waker, Woken } from '#ports/waker.ts'

/**
 * The alarm of the job's own object. Called right after the store's write, with only settled promises awaited in
 * between, it is part of the same implicit transaction. So job and wake are kept together or not at all.
 */
export class AlarmWaker implements Waker {
  readonly #storage: DurableObjectStorage
  /** The time that this instance has set; `undefined` if it is not known here. */
  #at: number | null | undefined
  #stands = false

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  async wakeAt(_job: Woken | null, wake: Wake | null): Promise<void> {
    this.#at = wake?.at ?? null
    this.#stands = false
    if (wake === null) await this.#storage.deleteAlarm()
    else await this.#storage.setAlarm(wake.at)
  }

  async isSetTo(at: number): Promise<boolean> {
    return (this.#at === undefined ? await this.#storage.getAlarm() : this.#at) === at
  }

  /** Other code has set it. */
  forget(): void {
    this.#at = undefined
  }

  /** Its handler has begun. */
  fired(): void {
    this.#at = null
    this.#stands = true
  }

  /** Its handler is about to end. */
  done(): void {
    this.#stands = false
  }

  /**
   * Whether an alarm that has fired still stands: the platform repeats it if its handler dies or fails, up to six times
   * (https://developers.cloudflare.com/durable-objects/api/alarms/). It goes when the handler ends, or another alarm is set.
   */
  get stands(): boolean {
    return this.#stands
  }
}

/** An alarm that is this late has been lost, and not just a little delayed. */
const LOST_MS = 30_000

/**
 * Ensures an alarm at `at` or sooner, also where one is set for a past time and never fired
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
