import type { JobFilter } from '#domain/job/filter.ts'
import { DAY_MS, HOUR_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { ActivityQuery, JobActivity, JobIndex } from '#ports/job-index.ts'

const PARTS = 24
/** Jobs that one answer looks at. A month of a large shop is worth more of them than a chart that renews itself. */
const MOST_JOBS = { hours: 5000, days: 50_000 }
/** Jobs that are read again a second, at most, for a tenant that repeats its questions without a pause. */
const READ_PER_SECOND = 1000
const MOST_TENANTS = 200
/** Of each tenant, so that none evicts the answers of another. */
const MOST_ANSWERS = 50

export interface AskedActivity {
  readonly filter: Pick<JobFilter, 'agent' | 'tag' | 'batch'>
  readonly within: Within
}

/** How far back: so many hours in 24 equal parts, or so many days of UTC, that of today included. */
export type Within = { readonly hours: number } | { readonly days: number }

export interface ActivityCommand extends AskedActivity {
  readonly tenantId: string
}

export interface ActivityReport extends JobActivity {
  /** When it was read. */
  readonly to: number
  readonly parts: number
  /** Whether it goes back as far as was asked. */
  readonly isWhole: boolean
}

export interface ReadActivityDeps {
  readonly index: Pick<JobIndex, 'activity'>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

interface Answer {
  readonly report: Promise<ActivityReport>
  /** By the monotonic clock. */
  until: number
}

interface Tenant {
  readonly answers: Map<string, Answer>
  /** Until when what was read for it is paid off, by the monotonic clock. */
  paidAt: number
}

/**
 * What became of a tenant's jobs lately: how they ended, when, and what they used. It covers the newest jobs, a bounded
 * number. Answers hold for as long as it would take to read their jobs, one answer after the other, at a fixed rate.
 */
export class ReadActivity {
  readonly #deps: ReadActivityDeps
  readonly #tenants = new Map<string, Tenant>()

  constructor(deps: ReadActivityDeps) {
    this.#deps = deps
  }

  execute(command: ActivityCommand): Promise<ActivityReport> {
    const { tenantId, filter, within } = command
    const tenant = this.#tenants.get(tenantId) ?? { answers: new Map<string, Answer>(), paidAt: 0 }
    remember(this.#tenants, { key: tenantId, value: tenant, most: MOST_TENANTS })
    const key = JSON.stringify([within, filter.agent, filter.tag, filter.batch])
    const known = tenant.answers.get(key)
    if (known && known.until > this.#deps.clock.monotonic()) return known.report
    const answer: Answer = { report: this.#read(command), until: Infinity }
    remember(tenant.answers, { key, value: answer, most: MOST_ANSWERS })
    answer.report.then(
      ({ read }) => {
        const begins = Math.max(tenant.paidAt, this.#deps.clock.monotonic())
        tenant.paidAt = answer.until = begins + (read / READ_PER_SECOND) * 1000
      },
      () => {
        answer.until = 0
      },
    )
    return answer.report
  }

  async #read({ tenantId, filter, within }: ActivityCommand): Promise<ActivityReport> {
    const to = this.#deps.clock.now()
    const { createdAfter, parts, ...how } = asked(within, to)
    const found = await this.#deps.index.activity({ tenantId, filter: { ...filter, createdAfter }, to, ...how })
    return { ...found, to, parts, isWhole: found.from === createdAfter }
  }
}

function asked(
  within: Within,
  to: number,
): Pick<ActivityQuery, 'division' | 'most'> & { readonly createdAfter: number; readonly parts: number } {
  if ('hours' in within)
    return {
      createdAfter: to - within.hours * HOUR_MS,
      parts: PARTS,
      division: { parts: PARTS },
      most: MOST_JOBS.hours,
    }
  const midnight = to - (to % DAY_MS)
  const createdAfter = midnight - (within.days - 1) * DAY_MS
  return { createdAfter, parts: within.days, division: { partMs: DAY_MS }, most: MOST_JOBS.days }
}

/** As the newest; the oldest goes where there are too many. */
function remember<T>(
  all: Map<string, T>,
  { key, value, most }: { readonly key: string; readonly value: T; readonly most: number },
): void {
  all.delete(key)
  all.set(key, value)
  const [oldest] = all.keys()
  if (oldest !== undefined && all.size > most) all.delete(oldest)
}
