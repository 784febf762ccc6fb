import type { JobFilter } from '#domain/job/filter.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobActivity, JobIndex } from '#ports/job-index.ts'

const PARTS = 24
/** Jobs that are read anew a second, at most, for callers who ask without a pause. */
const READ_PER_SECOND = 1000
const MOST_REMEMBERED = 200

export interface AskedActivity {
  readonly filter: Pick<JobFilter, 'agent' | 'tag' | 'batch'>
  /** How far back. */
  readonly withinMs: number
}

export interface ActivityCommand extends AskedActivity {
  readonly tenantId: string
}

export interface ActivityReport extends JobActivity {
  /** When it was read, and where the last part ends. */
  readonly to: number
  readonly parts: number
  /** Whether it goes back as far as was asked. */
  readonly isWhole: boolean
}

export interface ReadActivityDeps {
  readonly index: Pick<JobIndex, 'activity'>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

interface Remembered {
  readonly report: Promise<ActivityReport>
  /** By the monotonic clock. */
  until: number
}

/**
 * What became of a tenant's jobs lately: how they ended, when, and what they used. It covers the newest jobs, a bounded
 * number. An answer holds for as long as it would take to read its jobs at a fixed rate.
 */
export class ReadActivity {
  readonly #deps: ReadActivityDeps
  readonly #remembered = new Map<string, Remembered>()

  constructor(deps: ReadActivityDeps) {
    this.#deps = deps
  }

  execute(command: ActivityCommand): Promise<ActivityReport> {
    const { tenantId, filter, withinMs } = command
    const key = JSON.stringify([tenantId, withinMs, filter.agent, filter.tag, filter.batch])
    const known = this.#remembered.get(key)
    if (known && known.until > this.#deps.clock.monotonic()) return known.report
    const entry: Remembered = { report: this.#read(command), until: Infinity }
    this.#remember(key, entry)
    entry.report.then(
      ({ ends }) => {
        const read = ends.reduce((sum, { jobs }) => sum + jobs, 0)
        entry.until = this.#deps.clock.monotonic() + (read / READ_PER_SECOND) * 1000
      },
      () => {
        entry.until = 0
      },
    )
    return entry.report
  }

  async #read({ tenantId, filter, withinMs }: ActivityCommand): Promise<ActivityReport> {
    const to = this.#deps.clock.now()
    const createdAfter = to - withinMs
    const filtered = { ...filter, createdAfter }
    const found = await this.#deps.index.activity({ tenantId, filter: filtered, to, parts: PARTS })
    return { ...found, to, parts: PARTS, isWhole: found.from === createdAfter }
  }

  #remember(key: string, entry: Remembered): void {
    this.#remembered.delete(key)
    this.#remembered.set(key, entry)
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest)
  }
}
