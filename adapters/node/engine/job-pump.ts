import type { WakeKind } from '#domain/job/wake.ts'
import { FairPlaces, type FairPlacesOptions } from '#domain/tenant/fair-places.ts'
import type { Clock } from '#ports/clock.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { Logger } from '#ports/logger.ts'
import type { WokenJob } from '#ports/waker.ts'
import { ClockSteps } from '#application/time/clock-steps.ts'
import { Backoff } from '#application/time/backoff.ts'
import { CrowdedJobs } from './crowded-jobs.ts'
import { DueLanes } from './due-lanes.ts'
import type { LocalWaker } from './waker.ts'

export interface JobPumpOptions extends FairPlacesOptions {
  /** What jobs are woken for here. */
  readonly kind: WakeKind
  readonly due: Pick<DueJobs, 'due' | 'tenants' | 'ahead'>
  readonly waker: LocalWaker
  readonly clock: Clock
  readonly logger: Logger
  /** Tenants that may have jobs one day: room is kept for them. */
  readonly knownTenants?: () => Promise<readonly string[]>
  /** May resolve with a `Crowding`. */
  readonly execute: (jobId: string, signal: AbortSignal) => Promise<unknown>
}

/** There is no place yet for what a job wants: it takes none here either until there is one, and is begun again then. */
interface Crowding {
  whenFree(): Promise<void>
}

function isCrowding(result: unknown): result is Crowding {
  return typeof result === 'object' && result !== null && 'whenFree' in result
}

/** How soon it is looked again after a look that failed, and after overdue jobs that are in execution or at rest. */
const BREATHER_MS = 1000
/** The longest sleep: however a timer or a wake was lost, an overdue job is found by then. */
const SWEEP_MS = 30_000

/**
 * Does one kind of work for the jobs that are due for it, so many at a time, and sleeps until the next one is due. Tenants take turns
 * (`FairPlaces`). The queue is the database; what is held here is what was learnt of it: a job that is woken while no other of its tenant
 * waits before it is begun without a look.
 */
export class JobPump {
  readonly #options: JobPumpOptions
  readonly #places: FairPlaces
  readonly #lanes = new DueLanes()
  readonly #inHand = new Map<string, Promise<void>>()
  /** Jobs whose execution threw: they rest, so that they take nobody's place. */
  readonly #resting: Backoff
  readonly #crowded = new CrowdedJobs()
  readonly #stop = new AbortController()
  readonly #steps: ClockSteps
  #running = false
  /** Whether it is to be asked which tenants have due jobs. */
  #isScanDue = true
  #looking = false
  /** `at` is by the monotonic clock: a step of the wall clock must not keep an alarm that comes sooner from being set. */
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: JobPumpOptions) {
    this.#options = options
    this.#places = new FairPlaces(options)
    this.#resting = new Backoff(options.clock)
    this.#steps = new ClockSteps(options.clock)
    options.waker.listen(options.kind, (job, at) => {
      this.#wake(job, at)
    })
  }

  /**
   * Begins what was set by a clock that has been set back since: by the wall clock it is not due for as long again. Called where the step was not
   * seen, as after a restart.
   */
  async catchUp(): Promise<void> {
    const { kind, due, clock } = this.#options
    // What is kept too long does no harm, and what is deleted too early would.
    if (kind === 'expire') return
    for (const job of await due.ahead(kind, clock.now())) {
      this.#places.meet(job.tenantId)
      if (!this.#isElsewhere(job.id)) this.#lanes.addFirst(job)
    }
    this.#pump()
  }

  start(): void {
    this.#running = true
    this.#pump()
  }

  /** Begins nothing more; lets jobs in execution finish for `graceMs`, then stops them where they are. They resume at the next start. */
  async drain(graceMs: number): Promise<void> {
    this.#running = false
    this.#alarm?.cancel()
    const cancel = this.#options.clock.after(graceMs, () => {
      this.#stop.abort()
    })
    await Promise.all(this.#inHand.values())
    cancel()
  }

  #wake(job: WokenJob, at: number): void {
    this.#places.meet(job.tenantId)
    const restMs = at - this.#options.clock.now()
    if (restMs > 0) {
      this.#sleep(restMs)
      return
    }
    // One that is in hand is looked at again when it no longer is.
    if (this.#isScanDue || this.#isElsewhere(job.id)) this.#lanes.expectMore(job.tenantId)
    else this.#lanes.add(job)
    this.#pump()
  }

  #pump(): void {
    if (!this.#running) return
    if (this.#isScanDue && this.#places.free > 0) this.#ask(() => this.#scan())
    for (;;) {
      const tenantId = this.#places.next(this.#lanes.tenants.filter((id) => !this.#crowded.hasTooMany(id)))
      if (tenantId === null) return
      const jobId = this.#lanes.take(tenantId)
      if (jobId !== undefined) this.#begin({ id: jobId, tenantId })
      else {
        this.#ask(() => this.#look(tenantId))
        return
      }
    }
  }

  /** One question at a time; with its answer it goes on. */
  #ask(question: () => Promise<void>): void {
    if (this.#looking) return
    this.#looking = true
    question()
      .catch((error: unknown) => {
        this.#options.logger.error('Could not look for due jobs.', error)
        this.#sleep(BREATHER_MS)
      })
      .finally(() => {
        this.#looking = false
        this.#pump()
      })
  }

  /** Which tenants have due jobs, and when others will have some. */
  async #scan(): Promise<void> {
    const { kind, due, clock, knownTenants } = this.#options
    this.#isScanDue = false
    if (this.#steps.wasSetBack()) await this.catchUp()
    if (knownTenants && !this.#places.isShared) for (const id of await knownTenants()) this.#places.meet(id)
    const now = clock.now()
    let restMs = SWEEP_MS
    for (const { tenantId, isDue, nextAt } of await due.tenants(kind, now)) {
      this.#places.meet(tenantId)
      if (isDue) this.#lanes.expectMore(tenantId)
      if (nextAt !== null) restMs = Math.min(restMs, nextAt - now)
    }
    this.#sleep(restMs)
  }

  async #look(tenantId: string): Promise<void> {
    const { kind, due, clock, places } = this.#options
    // Those in hand, at rest or without a place may be due too, so this many always brings some that are not, if there are any.
    const limit = places + this.#inHand.size + this.#resting.size + this.#crowded.size
    let ready: readonly string[] = []
    this.#lanes.ask(tenantId)
    try {
      const ids = await due.due({ kind, tenantId, now: clock.now(), limit })
      ready = ids.filter((id) => !this.#isElsewhere(id))
      if (ids.length === limit) this.#lanes.expectMore(tenantId)
      else if (ready.length === 0) this.#sleep(BREATHER_MS)
    } finally {
      this.#lanes.answer(tenantId, ready)
    }
  }

  #begin({ id: jobId, tenantId }: WokenJob): void {
    const { execute, logger } = this.#options
    this.#places.take(tenantId)
    const work = execute(jobId, this.#stop.signal)
      .then(
        (result) => {
          this.#resting.forget(jobId)
          if (isCrowding(result)) this.#wait({ id: jobId, tenantId }, result)
        },
        (error: unknown) => {
          const restMs = this.#resting.rest(jobId)
          logger.error('Could not execute a job; it will be tried again.', error, { jobId, restMs })
          this.#sleep(restMs)
        },
      )
      .then(() => {
        this.#inHand.delete(jobId)
        this.#places.release(tenantId)
        this.#pump()
      })
    this.#inHand.set(jobId, work)
  }

  #isElsewhere(jobId: string): boolean {
    return this.#inHand.has(jobId) || this.#resting.has(jobId) || this.#crowded.has(jobId)
  }

  #wait(job: WokenJob, crowding: Crowding): void {
    this.#crowded.add(job)
    void crowding.whenFree().then(() => {
      this.#crowded.delete(job)
      this.#lanes.addFirst(job)
      this.#pump()
    })
  }

  #sleep(ms: number): void {
    const { clock } = this.#options
    const at = clock.monotonic() + ms
    if (!this.#running || (this.#alarm && this.#alarm.at <= at)) return
    this.#alarm?.cancel()
    const cancel = clock.after(ms, () => {
      this.#alarm = null
      this.#isScanDue = true
      this.#pump()
    })
    this.#alarm = { at, cancel }
  }
}
