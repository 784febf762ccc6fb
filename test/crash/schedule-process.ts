import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { Scheduling } from '#test/support/scheduling.ts'
import type { SeededRandom } from '#test/support/random.ts'
import { LostConnection, SimLink } from './sim-link.ts'

/** Deliberate bugs, each of which some seed must bring to light. */
export const SCHEDULE_MUTATIONS = [
  'submits before it stores',
  'saves over other writers',
  'a PUT drops what is pending',
  'leaves what a dead process has decided',
] as const

export type ScheduleMutation = (typeof SCHEDULE_MUTATIONS)[number]

export interface ScheduleWorld {
  readonly clock: ManualClock
  readonly random: SeededRandom
  readonly mutation: ScheduleMutation | null
  sleep(ms: number): Promise<void>
  /** Schedules as a process sees them that reaches all stores by `over`. */
  open(over: <T>(work: () => Promise<T>) => Promise<T>): Scheduling
  /** Notes what must not happen. */
  report(violation: string): void
}

/** One process among several that wakes schedules. */
export class ScheduleProcess {
  readonly #world: ScheduleWorld
  readonly #schedules: WakeRecord<Schedule>
  readonly #scheduling: Scheduling
  #isAlive = true

  constructor(world: ScheduleWorld) {
    this.#world = world
    const { random, clock } = world
    const link = new SimLink({ random, sleep: (ms) => world.sleep(ms), unlessDead: () => this.#unlessDead() })
    const s = world.open((work) => link.over(work))
    this.#scheduling = s
    this.#schedules = new WakeRecord({
      kind: SCHEDULE,
      records: s.schedules,
      clock,
      wake: (schedule, keep) => s.fireSchedule.execute(schedule, this.#mutated(keep)),
    })
  }

  wake(id: string): void {
    if (!this.#isAlive) return
    const woken = id.startsWith(SCHEDULE.prefix) ? this.#schedules : this.#scheduling.wokenWindow
    woken.execute(id).catch((error: unknown) => {
      // The record is woken again by the sweep.
      if (!(error instanceof LostConnection)) this.#world.report(String(error))
    })
  }

  /** As with `kill -9`: nothing of it goes on. */
  crash(): void {
    this.#isAlive = false
  }

  async #unlessDead(): Promise<void> {
    if (!this.#isAlive) await new Promise(() => undefined)
  }

  #mutated(keep: (schedule: Schedule) => Promise<Schedule>): (schedule: Schedule) => Promise<Schedule> {
    const { mutation } = this.#world
    if (mutation === 'submits before it stores') return (schedule) => Promise.resolve(schedule)
    if (mutation !== 'leaves what a dead process has decided') return keep
    return (schedule) => keep({ ...schedule, pending: schedule.pending && { ...schedule.pending, submitAt: 1e15 } })
  }
}
