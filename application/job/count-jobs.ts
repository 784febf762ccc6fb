import type { JobFilter } from '#domain/job/filter.ts'
import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import { HOUR_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { KeptCount, KeptCounts } from '#ports/kept-counts.ts'
import type { Logger } from '#ports/logger.ts'

/** So many jobs are counted anew each time. */
const MOST_UNAGED = 2000
/** How many jobs are counted a second, at most, for a caller who asks without a pause. What that costs does not grow with the store. */
const COUNTED_PER_SECOND = 1000
/** An older count is not shown, unless it is of all jobs: of those, none but the first ever is waited for. */
const OLDEST_MS = HOUR_MS
const MOST_REMEMBERED = 1000

const LIVING: readonly JobStatus[] = ['queued', 'running', 'waiting']
/** How many statuses finished jobs have. */
const ENDED = JOB_STATUSES.length - LIVING.length

export type Counts = KeptCount['counts']

/** `countedAt` is when finished jobs were counted; unfinished ones are counted now. */
export type JobCount = KeptCount

export interface CountJobsDeps {
  readonly index: Pick<JobIndex, 'count'>
  readonly kept: KeptCounts
  readonly clock: Clock
  readonly logger: Logger
  /** Begins work that no request waits for; where there is no such thing, does it at once. */
  readonly inBackground: (work: () => Promise<void>) => Promise<void>
}

interface Remembered {
  readonly counts: Counts
  readonly countedAt: number
  /** By the monotonic clock; minus infinity for a count of an earlier process. */
  readonly at: number
  isCounting: boolean
}

interface Question {
  readonly tenantId: string
  readonly filter: JobFilter
  readonly key: string
  /** Of all finished jobs. */
  readonly isOfAll: boolean
}

/**
 * Counts jobs by status. There are few unfinished ones, which are counted each time. Finished ones may be millions:
 * their count is remembered in this process, for longer the more there are. That of all jobs outlives the process.
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

  async #finished(tenantId: string, filter: JobFilter): Promise<KeptCount> {
    const { clock, inBackground } = this.#deps
    const asked = questionOf(tenantId, filter)
    const known = this.#remembered.get(asked.key) ?? (asked.isOfAll ? await this.#recall(asked) : null)
    const ageMs = known ? clock.monotonic() - known.at : Infinity
    if (!known || (ageMs > OLDEST_MS && !asked.isOfAll)) return this.#count(asked)
    if (ageMs > lifeMs(known.counts) && !known.isCounting) {
      known.isCounting = true
      await inBackground(() => this.#countAgain(asked))
    }
    return this.#remembered.get(asked.key) ?? known
  }

  /** What an earlier process has counted. */
  async #recall({ tenantId, key }: Question): Promise<Remembered | null> {
    const kept = await this.#deps.kept.read(tenantId)
    const known = this.#remembered.get(key)
    if (known || !kept) return known ?? null
    return this.#remember(key, { ...kept, at: Number.NEGATIVE_INFINITY, isCounting: false })
  }

  async #countAgain(asked: Question): Promise<void> {
    const { logger } = this.#deps
    const { key, tenantId } = asked
    try {
      await this.#count(asked)
    } catch (error) {
      this.#remembered.delete(key)
      logger.error('Finished jobs could not be counted; the next question counts them.', error, { tenantId })
    }
  }

  async #count({ key, tenantId, filter, isOfAll }: Question): Promise<KeptCount> {
    const { index, clock } = this.#deps
    // As of the beginning: what ends while it is counted may be missing.
    const said = { countedAt: clock.now(), at: clock.monotonic() }
    const counts = await index.count(tenantId, filter)
    this.#remembered.delete(key)
    const { countedAt } = said
    if (totalOf(counts) > MOST_UNAGED) {
      this.#remember(key, { ...said, counts, isCounting: false })
      if (isOfAll) await this.#keep(tenantId, { counts, countedAt })
    }
    return { counts, countedAt }
  }

  /** A count that cannot be kept is shown all the same. */
  async #keep(tenantId: string, count: KeptCount): Promise<void> {
    try {
      await this.#deps.kept.keep(tenantId, count)
    } catch (error) {
      this.#deps.logger.error('The count of jobs could not be kept for the next process.', error, { tenantId })
    }
  }

  #remember(key: string, count: Remembered): Remembered {
    this.#remembered.set(key, count)
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest)
    return count
  }
}

function questionOf(tenantId: string, filter: JobFilter): Question {
  const { statuses = [], ...rest } = filter
  const said = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))
  const isOfAll = statuses.length === ENDED && Object.keys(rest).length === 0
  return { tenantId, filter, key: JSON.stringify([tenantId, said]), isOfAll }
}

function lifeMs(counts: Counts): number {
  return (totalOf(counts) / COUNTED_PER_SECOND) * 1000
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
