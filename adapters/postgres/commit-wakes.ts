import type { Reservation } from './reservation.ts'
import type { Workers, WrittenWake } from './workers.ts'
import type { JobWrite } from './writes.ts'

/** What one group of commits makes due. */
export class CommitWakes {
  readonly #workers: Pick<Workers, 'reserve' | 'announce'>
  readonly #begun: ReadonlyMap<JobWrite, Pick<Reservation, 'until'>>
  readonly #reservations = new Map<JobWrite, Reservation>()

  /** @param begun need no place, and no other server. */
  constructor(
    workers: Pick<Workers, 'reserve' | 'announce'>,
    writes: readonly JobWrite[],
    begun: ReadonlyMap<JobWrite, Pick<Reservation, 'until'>> = new Map(),
  ) {
    this.#workers = workers
    this.#begun = begun
    for (const write of writes.filter((one) => !begun.has(one))) {
      const wake = wakeOf(write)
      const reservation = wake && workers.reserve(wake)
      if (reservation) this.#reservations.set(write, reservation)
    }
  }

  /** When the job is to be woken, as it is to be written now (epoch ms); `null` where its head is not written. */
  readonly timeOf = (write: JobWrite): number | null => {
    const place = this.#reservations.get(write) ?? this.#begun.get(write)
    return place?.until() ?? write.entry?.wake.at ?? null
  }

  /**
   * To be called once it is known which were kept: none where that failed.
   * @param begin calls what begins the work, which reads what was written before it returns.
   */
  settle(kept: ReadonlyMap<JobWrite, unknown>, begin: (work: () => void, write: JobWrite) => void): void {
    for (const [write, reservation] of this.#reservations) {
      if (!kept.has(write)) reservation.drop()
      else
        begin(() => {
          reservation.begin(write.state.job.version)
        }, write)
    }
    this.#workers.announce(
      [...kept.keys()]
        .filter((write) => !this.#reservations.has(write) && !this.#begun.has(write))
        .flatMap((write) => wakeOf(write) ?? []),
    )
  }
}

/**
 * `null` for a write that changes no wake, and for a running job, which belongs to its executor
 * until its lease ends. Also for a job that is left to other servers: this one must not be the
 * first to look at it again.
 */
export function wakeOf({ moved, state: { job }, entry }: JobWrite): WrittenWake | null {
  const { id, tenantId, agent } = job
  const isLeft = job.status === 'waiting' && job.wait.reason === 'unknown_agent'
  return moved && entry && !isLeft && job.status !== 'running' ? { id, tenantId, agent, ...entry.wake } : null
}
