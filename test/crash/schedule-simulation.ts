import { createHash } from 'node:crypto'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { AppError } from '#domain/app-error.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { LIMIT_WINDOW, type LimitWindow } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { type Scheduling, TENANT, scheduling } from '#test/support/scheduling.ts'
import { SeededRandom } from '#test/support/random.ts'
import { type ScheduleEnd, alwaysBroken } from './schedule-promises.ts'
import { CHAOS_MS, SCHEDULE_SCENARIOS, type ScheduleScenario } from './schedule-scenarios.ts'
import { type ScheduleMutation, ScheduleProcess, type ScheduleWorld } from './schedule-process.ts'
import { SimWakes } from './sim-wakes.ts'

export interface ScheduleSimResult {
  readonly seed: number
  readonly scenario: string
  readonly violations: readonly string[]
  readonly jobs: number
  readonly deaths: number
}

const PROCESSES = 3
const SWEEP_MS = 15_000
/** Until late writers and the sweep have done what they have to. */
const REST_MS = 300_000
const HOUR_MS = 3_600_000

/** One schedule in a world of chance: the same seed gives the same world. */
export async function simulateSchedule(
  seed: number,
  mutation: ScheduleMutation | null = null,
): Promise<ScheduleSimResult> {
  return new Simulation(seed, mutation).run()
}

const hasher = { sha256: (text: string) => Promise.resolve(createHash('sha256').update(text).digest('hex')) }

class Simulation implements ScheduleWorld {
  readonly clock = new ManualClock(T0)
  readonly random: SeededRandom
  readonly mutation: ScheduleMutation | null
  readonly violations: string[] = []
  readonly #seed: number
  readonly #scenario: ScheduleScenario
  readonly #jobs = new MemoryJobStore({ wakeAt: () => Promise.resolve() })
  readonly #records: MemoryRecords
  readonly #places = new Map<string, number>()
  /** What a caller talks to: it is behind the network, and does not die. */
  readonly #front: Scheduling
  #processes: ScheduleProcess[] = []
  #deaths = 0
  #changes = 0

  constructor(seed: number, mutation: ScheduleMutation | null) {
    this.#seed = seed
    this.mutation = mutation
    this.random = new SeededRandom(seed)
    this.#scenario = this.random.pick(SCHEDULE_SCENARIOS)
    const wakes = new SimWakes(
      this,
      (id) => {
        this.random.pick(this.#processes).wake(id)
      },
      () => undefined,
    )
    this.#records = new MemoryRecords(wakes)
    this.#processes = Array.from({ length: PROCESSES }, () => new ScheduleProcess(this))
    this.#front = this.open(async (work) => {
      await this.sleep(this.random.between(0, 500))
      return work()
    }, mutation === 'a PUT drops what is pending')
  }

  open(over: <T>(work: () => Promise<T>) => Promise<T>, dropsPending = false): Scheduling {
    const of = <T extends Stored>(kind: RecordKind<T>): RecordStore<T> => {
      const stored = this.#observed(this.#records.of(kind))
      const changed = (record: T): T => (dropsPending && 'pending' in record ? { ...record, pending: null } : record)
      return {
        create: (record) => over(() => stored.create(record)),
        get: (tenantId, id) => over(() => stored.get(tenantId, id)),
        load: (id) => over(() => stored.load(id)),
        save: (record) => over(() => stored.save(changed(record))),
        remove: (record) => over(() => stored.remove(record)),
      }
    }
    const shared = { clock: this.clock, jobs: this.#jobs, hasher }
    return scheduling(new Date(T0).toISOString(), { ...shared, records: { of }, submitting: (submit) => over(submit) })
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(ms, resolve)
    })
  }

  report(violation: string): void {
    this.violations.push(violation)
  }

  async run(): Promise<ScheduleSimResult> {
    const { name, when, fields, jumps } = this.#scenario
    await this.#advanced(this.#front.put(when, fields), 5000)
    this.#keepStriking()
    this.#keepChanging()
    this.#keepSweeping()
    if (jumps) this.#jump()
    for (let passed = 0; passed < CHAOS_MS + REST_MS; passed += 5000) {
      await this.clock.advance(5000)
      if (this.#scenario.hasLongJobs) await this.#finishJobs()
    }
    const end = await this.#end()
    const violations = [...this.violations, ...alwaysBroken(end), ...this.#scenario.violations(end)]
    return { seed: this.#seed, scenario: name, violations, jobs: end.jobs.length, deaths: this.#deaths }
  }

  /** Deaths, for as long as there is chaos. */
  #keepStriking(): void {
    this.#atRandom(60_000, () => {
      const victim = this.random.pick(this.#processes)
      victim.crash()
      this.#deaths++
      this.#processes = [...this.#processes.filter((process) => process !== victim), new ScheduleProcess(this)]
    })
  }

  #keepChanging(): void {
    const { change, restMs } = this.#scenario
    this.#atRandom(restMs, () => {
      const n = ++this.#changes
      change({ s: this.#front, random: this.random, n }).catch((error: unknown) => {
        // Such as a change of a schedule that has ended.
        if (!(error instanceof AppError)) this.report(String(error))
      })
    })
  }

  #atRandom(mostMs: number, act: () => void): void {
    const next = (): void => {
      if (this.clock.monotonic() >= CHAOS_MS) return
      act()
      this.clock.after(this.random.between(1000, mostMs), next)
    }
    this.clock.after(this.random.between(1000, mostMs), next)
  }

  #jump(): void {
    const first = this.random.pick([HOUR_MS, -HOUR_MS])
    const at = this.random.between(0, CHAOS_MS / 2)
    this.clock.after(at, () => {
      this.clock.step(first)
    })
    this.clock.after(at + this.random.between(0, CHAOS_MS / 2), () => {
      this.clock.step(-first)
    })
  }

  /** What an engine does, now and then: it finds what is due. */
  #keepSweeping(): void {
    const look = async (): Promise<void> => {
      for (const { name } of [SCHEDULE, LIMIT_WINDOW]) {
        const due = { kind: name, tenantId: TENANT, now: this.clock.now(), limit: 100 }
        // Also what a clock has written that was set back since.
        const ahead = (await this.#records.ahead(name, due.now)).map(({ id }) => id)
        for (const id of [...(await this.#records.due(due)), ...ahead]) this.random.pick(this.#processes).wake(id)
      }
    }
    this.clock.after(SWEEP_MS, () => {
      void look().then(() => {
        this.#keepSweeping()
      })
    })
  }

  async #finishJobs(): Promise<void> {
    const { jobs } = await this.#jobs.list({ tenantId: TENANT, filter: {}, size: 1000, after: null })
    const open = jobs.filter(({ status, createdAt }) => status === 'queued' && createdAt < this.clock.now() - 5000)
    for (const { id } of open) if (this.random.happens(0.15)) await this.#front.finish(id, 'completed')
  }

  async #end(): Promise<ScheduleEnd> {
    const schedule = await this.#resumed()
    const { jobs } = await this.#jobs.list({ tenantId: TENANT, filter: {}, size: 1000, after: null })
    const records = await Promise.all(jobs.map(async ({ id }) => this.#jobs.load(id)))
    const all = records.flatMap((state) => state?.job ?? []).sort((a, b) => a.createdAt - b.createdAt)
    return { schedule, jobs: all, changes: this.#changes, places: this.#places }
  }

  /** Lets so much time pass, by the end of which `work` is done. */
  async #advanced(work: Promise<unknown>, ms: number): Promise<void> {
    // It has to ask for its first timer before that can fire.
    await this.clock.advance(0)
    await this.clock.advance(ms)
    await work
  }

  /** As it is stored; one that is paused is resumed first, so that it says what became of its last times. */
  async #resumed(): Promise<Schedule> {
    const load = async (): Promise<Schedule> => {
      const schedule = await this.#records.of(SCHEDULE).load(await this.#front.idOf())
      if (!schedule) throw new Error('The schedule is lost.')
      return schedule
    }
    if ((await load()).status !== 'paused') return load()
    await this.#advanced(this.#front.control.resume({ tenantId: TENANT, scheduleId: 's', by: TILL }), REST_MS)
    return load()
  }

  /** With the places that fires take, and with the deliberate bugs of a store. */
  #observed<T extends Stored>(stored: RecordStore<T>): RecordStore<T> {
    const note = (record: Stored): void => {
      if (!('taken' in record)) return
      for (const { fire, at } of (record as LimitWindow).taken) this.#places.set(fire, at)
    }
    return {
      ...stored,
      create: async (record) => {
        const made = await stored.create(record)
        note(made.record)
        return made
      },
      save: async (record) => {
        if (this.mutation === 'saves over other writers') {
          const version = ((await stored.load(record.id))?.version ?? 0) + 1
          await stored.save({ ...record, version })
        } else await stored.save(record)
        note(record)
      },
    }
  }
}
