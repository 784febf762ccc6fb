import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { Wake } from '#domain/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import { type AlarmState, type IndexKnowledge, nextAlarm } from './next-alarm.ts'

/** Of an object whose index needs nothing of its alarm. */
const UP_TO_DATE: IndexKnowledge = { isBehind: false, sweepsSoon: false }

/**
 * The alarm of an object: only this class sets it, as `nextAlarm` says. Called right after the store's write, with only
 * settled promises awaited in between, it is part of the same implicit transaction. So what is stored and its wake are
 * kept together or not at all.
 */
export class AlarmWaker implements Waker {
  readonly #storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>
  readonly #clock: Pick<Clock, 'now'>
  /** See `AlarmState.alarm`. */
  #at: number | null | undefined
  #handlerRuns = false

  constructor(storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>, clock: Pick<Clock, 'now'>) {
    this.#storage = storage
    this.#clock = clock
  }

  async wakeAt(_woken: Woken | null, wake: Wake | null, index: IndexKnowledge = UP_TO_DATE): Promise<void> {
    await this.#follow({ wake, index, checks: false })
  }

  /** As `wakeAt`, but reads what the alarm is set to rather than write it needlessly. */
  async settleAt(wake: Wake, index: IndexKnowledge): Promise<void> {
    if (this.#at === undefined) this.#at = await this.#storage.getAlarm()
    await this.#follow({ wake, index, checks: false })
  }

  /** Ensures an alarm at `at` (epoch ms) or sooner, also where one is set for a past time and never fired. */
  async ensure(at: number): Promise<void> {
    this.#at = await this.#storage.getAlarm()
    await this.#follow({ wake: { kind: 'run', at }, index: UP_TO_DATE, checks: true })
  }

  /** What it is set to is no longer known: it has fired, or has been deleted with the storage. */
  forget(): void {
    this.#at = undefined
  }

  /** Its handler has begun, and may rely on being repeated. */
  fired(): void {
    this.#at = null
    this.#handlerRuns = true
  }

  /** Its handler is about to end. */
  done(): void {
    this.#handlerRuns = false
  }

  async #follow(state: Pick<AlarmState, 'wake' | 'index' | 'checks'>): Promise<void> {
    const step = nextAlarm({ ...state, handlerRuns: this.#handlerRuns, alarm: this.#at, now: this.#clock.now() })
    if (step === 'leave') return
    this.#at = step === 'delete' ? null : step.set
    if (step === 'delete') await this.#storage.deleteAlarm()
    else await this.#storage.setAlarm(step.set)
  }
}
