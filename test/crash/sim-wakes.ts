import type { HeldLease } from '#application/execution/lease-watch.ts'
import { isFinished } from '#domain/job/job.ts'
import type { Wake } from '#domain/wake.ts'
import type { DueJobs } from '#ports/due.ts'
import { WAKE_KINDS, isExecution } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { SeededRandom } from '#test/support/random.ts'

const SWEEP_MS = 15_000

interface Chance {
  readonly clock: ManualClock
  readonly random: SeededRandom
}

/** Wakes that are lost, doubled, delayed and overtake each other; and the sweep, which finds what they leave behind. */
export class SimWakes implements Waker {
  readonly #world: Chance
  readonly #deliver: (jobId: string) => void
  readonly #observe: (leases: readonly HeldLease[]) => void

  /** `observe` tells every process of the leases that are held now. */
  constructor(world: Chance, deliver: (jobId: string) => void, observe: (leases: readonly HeldLease[]) => void) {
    this.#world = world
    this.#deliver = deliver
    this.#observe = observe
  }

  async wakeAt(job: Woken, wake: Wake | null): Promise<void> {
    const { clock, random } = this.#world
    if (wake === null || random.happens(0.2)) return Promise.resolve()
    const copies = random.happens(0.2) ? 2 : 1
    for (let n = 0; n < copies; n++) {
      const delay = Math.max(0, wake.at - clock.now()) + random.between(-500, 2000)
      clock.after(Math.max(0, delay), () => {
        this.#deliver(job.id)
      })
    }
    return Promise.resolve()
  }

  /** Looks for overdue jobs for ever. `blind`: a wake that was to be set with the work was never set, so running jobs are not found. */
  sweep(jobs: DueJobs & JobStore, blind: boolean): void {
    const { clock } = this.#world
    const look = async (): Promise<void> => {
      const now = clock.now()
      for (const jobId of await overdue(jobs, now)) {
        const job = (await jobs.load(jobId))?.job
        if (job?.status === 'running') {
          this.#observe([{ jobId, version: job.version, expiresAt: job.lease.expiresAt }])
        }
        if (job && !isFinished(job) && !(blind && job.status === 'running')) this.#deliver(jobId)
      }
    }
    clock.after(SWEEP_MS, () => {
      void look().then(() => {
        this.sweep(jobs, blind)
      })
    })
  }
}

async function overdue(jobs: DueJobs, now: number): Promise<readonly string[]> {
  const found: string[] = []
  for (const kind of WAKE_KINDS.filter(isExecution)) {
    for (const { tenantId } of await jobs.tenants(kind, now)) {
      found.push(...(await jobs.due({ kind, tenantId, now, limit: 10 })))
    }
  }
  return found
}
