import type { Clock } from '#ports/clock.ts'

/** The lease of a running job as the store holds it now. */
export interface HeldLease {
  readonly jobId: string
  /** Of the job or of its head: two leases with the same end are the same lease only in the same version. */
  readonly version: number
  readonly expiresAt: number
}

interface Sighting extends HeldLease {
  /** By the monotonic clock. */
  readonly since: number
}

/**
 * Finds leases that have ended where several executors share a store. Wall clocks differ between servers and are
 * stepped, so the stored end of a lease proves nothing. An executor renews its lease every third of it, and stops when
 * it cannot. So a lease that this process has seen unchanged for the whole of its length, by its own monotonic clock,
 * has no executor any more.
 */
export class LeaseWatch {
  readonly #clock: Pick<Clock, 'monotonic'>
  #seen: ReadonlyMap<string, Sighting> = new Map()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** Takes note of all leases that the store holds now, read just before; forgets all others. */
  observe(leases: readonly HeldLease[]): void {
    const now = this.#clock.monotonic()
    this.#seen = new Map(
      leases.map((lease) => {
        const known = this.#seen.get(lease.jobId)
        const isSame = known?.version === lease.version && known.expiresAt === lease.expiresAt
        return [lease.jobId, isSame ? known : { ...lease, since: now }]
      }),
    )
  }

  /** Whether this lease has been seen unchanged for `durationMs`. One that was never observed has not ended. */
  hasEnded({ jobId, expiresAt }: Pick<HeldLease, 'jobId' | 'expiresAt'>, durationMs: number): boolean {
    const known = this.#seen.get(jobId)
    return known?.expiresAt === expiresAt && this.#clock.monotonic() - known.since >= durationMs
  }
}
