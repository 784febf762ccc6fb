import type { JobFilter } from '#domain/job/filter.ts'
import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import { HOUR_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { InBackground } from '#ports/in-background.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { KeptCount, KeptCounts } from '#ports/kept-counts.ts'
import type { Logger } from '#ports/logger.ts'

/** Finished jobs are counted anew for each question while it takes no more than so many to do so. */
const MOST_UNAGED = 2000
/** A count is shown without another for a millisecond for each job in it. */
const FRESH_MS_PER_JOB = 1
/** An older count is not shown, unless it is of all jobs. */
const OLDEST_MS = HOUR_MS
const MOST_REMEMBERED = 1000
/** A full count is followed by a pause of so many times its length: counting takes 2 % of a tenant's time. */
const PAUSE_PER_COUNT = 49
/** When a count under way is taken for lost. */
const LOST_MS = 60_000

const LIVING: readonly JobStatus[] = ['queued', 'running', 'waiting']
/** How many statuses finished jobs have. */
const ENDED = JOB_STATUSES.length - LIVING.length

export type Counts = KeptCount['counts']

/** `countedAt` is when finished jobs were counted; unfinished ones are counted now. */
export interface JobCount extends KeptCount {
  /** Without it there are at least so many: counting all would have taken long, and is done in the background. */
  readonly isWhole: boolean
}

export interface CountJobsDeps {
  readonly index: Pick<JobIndex, 'count' | 'countSome'>
  readonly kept: KeptCounts
  readonly clock: Clock
  readonly logger: Logger
  readonly inBackground: InBackground
}

interface Remembered {
  readonly counts: Counts
  readonly countedAt: number
  /** By the monotonic clock; minus infinity for a count of an earlier process. */
  readonly at: number
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
 * the first answer is of so many as are counted quickly. The rest is counted in the background, one question of a
 * tenant at a time, and remembered in this process. The count of all jobs outlives the process.
 */
export class CountJobs {
  readonly #deps: CountJobsDeps
  readonly #remembered = new Map<string, Remembered>()
  /** From when on a tenant's jobs may be counted to the last, by the monotonic clock. */
  readonly #free = new Map<string, number>()

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
    const { countedAt, isWhole } = finished ?? { countedAt: clock.now(), isWhole: true }
    return { counts: Object.fromEntries(counts) as Counts, countedAt, isWhole }
  }

  async #finished(tenantId: string, filter: JobFilter): Promise<JobCount> {
    const { index, clock } = this.#deps
    const asked = questionOf(tenantId, filter)
    const known = this.#remembered.get(asked.key) ?? (asked.isOfAll ? await this.#recall(asked) : null)
    const ageMs = known ? clock.monotonic() - known.at : Infinity
    if (known && ageMs <= totalOf(known.counts) * FRESH_MS_PER_JOB) return whole(known)
    const countedAt = clock.now()
    const some = await index.countSome(tenantId, filter, MOST_UNAGED)
    if (some.isWhole) return { ...some, countedAt }
    if (ageMs > OLDEST_MS && !asked.isOfAll) this.#remembered.delete(asked.key)
    await this.#countAll(asked)
    const counted = this.#remembered.get(asked.key)
    return counted ? whole(counted) : { ...some, countedAt }
  }

  /** What an earlier process has counted. */
  async #recall({ tenantId, key }: Question): Promise<Remembered | null> {
    const kept = await this.#deps.kept.read(tenantId)
    const known = this.#remembered.get(key)
    if (known || !kept) return known ?? null
    return this.#remember(key, { ...kept, at: Number.NEGATIVE_INFINITY })
  }

  async #countAll(asked: Question): Promise<void> {
    const { clock, inBackground } = this.#deps
    const at = clock.monotonic()
    if (at < (this.#free.get(asked.tenantId) ?? 0)) return
    // One that fails or is lost leaves it so.
    this.#free.set(asked.tenantId, at + LOST_MS)
    // As of the beginning: what ends while it is counted may be missing.
    await inBackground(() => this.#count(asked, { countedAt: clock.now(), at }))
  }

  async #count(
    { key, tenantId, filter, isOfAll }: Question,
    { countedAt, at }: Pick<Remembered, 'countedAt' | 'at'>,
  ): Promise<void> {
    const { index, clock, logger } = this.#deps
    try {
      const counts = await index.count(tenantId, filter)
      this.#remembered.delete(key)
      this.#remember(key, { counts, countedAt, at })
      const end = clock.monotonic()
      this.#free.set(tenantId, end + (end - at) * PAUSE_PER_COUNT)
      if (isOfAll) await this.#keep(tenantId, { counts, countedAt })
    } catch (error) {
      logger.error('Finished jobs could not be counted to the last; that is tried again.', error, { tenantId })
    }
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

function whole({ counts, countedAt }: Remembered): JobCount {
  return { counts, countedAt, isWhole: true }
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
