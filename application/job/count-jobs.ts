import type { JobFilter } from '#domain/job/filter.ts'
import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import { HOUR_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { Logger } from '#ports/logger.ts'

/** So many jobs are counted anew each time. */
const MOST_UNAGED = 2000
/** How many jobs are counted a second, at most, for a caller who asks without a pause. What that costs does not grow with the store. */
const COUNTED_PER_SECOND = 1000
/** An older count is not shown. */
const OLDEST_MS = HOUR_MS
const MOST_REMEMBERED = 1000

const LIVING: readonly JobStatus[] = ['queued', 'running', 'waiting']

export type Counts = Readonly<Record<JobStatus, number>>

export interface JobCount {
  readonly counts: Counts
  /** When finished jobs were counted (epoch ms); unfinished ones are counted now. */
  readonly countedAt: number
}

export interface CountJobsDeps {
  readonly index: Pick<JobIndex, 'count'>
  readonly clock: Clock
  readonly logger: Logger
  /** Begins work that no request waits for; where there is no such thing, does it at once. */
  readonly inBackground: (work: () => Promise<void>) => Promise<void>
}

interface Remembered {
  readonly counts: Counts
  readonly countedAt: number
  /** By the monotonic clock. */
  readonly at: number
  isCounting: boolean
}

/**
 * Counts jobs by status. There are few unfinished ones, which are counted each time. Finished ones may be millions:
 * their count is remembered in this process, for longer the more there are.
 */
export class CountJobs {
  readonly #deps: CountJobsDeps
  readonly #remembered = new Map<string, Remembered>()

  constructor(deps: CountJobsDeps) {
    this.#deps = deps
  }

  async execute(tenantId: string, filter: JobFilter): Promise<JobCount> {
    const { index, clock } = this.#deps
    const wanted = filter.statuses?.length ? filter.statuses : JOB_STATUSES
    const living = wanted.filter((status) => LIVING.includes(status))
    const ended = wanted.filter((status) => !LIVING.includes(status))
    const [now, finished] = await Promise.all([
      living.length > 0 ? index.count(tenantId, { ...filter, statuses: living }) : null,
      ended.length > 0 ? this.#finished(tenantId, { ...filter, statuses: ended }) : null,
    ])
    const counts = JOB_STATUSES.map((status) => [status, (now?.[status] ?? 0) + (finished?.counts[status] ?? 0)])
    return { counts: Object.fromEntries(counts) as Counts, countedAt: finished?.countedAt ?? clock.now() }
  }

  async #finished(tenantId: string, filter: JobFilter): Promise<Pick<JobCount, 'counts' | 'countedAt'>> {
    const { clock, inBackground } = this.#deps
    const key = JSON.stringify([tenantId, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])
    const known = this.#remembered.get(key)
    const ageMs = known ? clock.monotonic() - known.at : Infinity
    if (!known || ageMs > OLDEST_MS) return this.#count(key, tenantId, filter)
    if (ageMs > lifeMs(known.counts) && !known.isCounting) {
      known.isCounting = true
      await inBackground(() => this.#countAgain(key, tenantId, filter))
    }
    return this.#remembered.get(key) ?? known
  }

  async #countAgain(key: string, tenantId: string, filter: JobFilter): Promise<void> {
    try {
      await this.#count(key, tenantId, filter)
    } catch (error) {
      this.#remembered.delete(key)
      this.#deps.logger.error('Finished jobs could not be counted; the next question counts them.', error, { tenantId })
    }
  }

  async #count(key: string, tenantId: string, filter: JobFilter): Promise<Pick<JobCount, 'counts' | 'countedAt'>> {
    const { index, clock } = this.#deps
    // As of the beginning: what ends while it is counted may be missing.
    const said = { countedAt: clock.now(), at: clock.monotonic() }
    const counts = await index.count(tenantId, filter)
    this.#remembered.delete(key)
    if (totalOf(counts) > MOST_UNAGED) this.#remembered.set(key, { ...said, counts, isCounting: false })
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest)
    return { counts, countedAt: said.countedAt }
  }
}

function lifeMs(counts: Counts): number {
  return (totalOf(counts) / COUNTED_PER_SECOND) * 1000
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
