import type { JobFilter } from '#domain/job/filter.ts'
import { DAY_MS, HOUR_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { ActivityQuery, JobActivity, JobIndex } from '#ports/job-index.ts'

const PARTS = 24
/** Jobs that one answer looks at. A month of a large shop is worth more of them than a chart that renews itself. */
const MOST_JOBS = { hours: 5000, days: 50_000 }
/** What was read for a tenant is paid off at so many jobs a millisecond. */
const PAID_PER_MS = 1
/** A tenant may have so many jobs to pay off before its answers look at fewer. */
const MOST_OWED = 250_000
/** What an answer looks at in any case. */
const LEAST_JOBS = 200
/** Of each tenant, so that none evicts the answers of another: those that were asked for last. */
const MOST_ANSWERS = 50
/** From so many on, tenants that owe nothing are forgotten: no answer of theirs holds any more. */
const MANY_TENANTS = 200

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
 * number. Answers hold until what was read for their tenant is paid off, at a fixed rate. A tenant that asks for more
 * than that gets answers that reach back less far, and say so.
 */
export class ReadActivity {
  readonly #deps: ReadActivityDeps
  readonly #tenants = new Map<string, Tenant>()

  constructor(deps: ReadActivityDeps) {
    this.#deps = deps
  }

  execute(command: ActivityCommand): Promise<ActivityReport> {
    const { filter, within } = command
    const now = this.#deps.clock.monotonic()
    const tenant = this.#tenantOf(command.tenantId, now)
    const key = JSON.stringify([within, filter.agent, filter.tag, filter.batch])
    const known = tenant.answers.get(key)
    const answer = known && known.until > now ? known : this.#ask(command, tenant, now)
    // As the last one: that which was not asked for the longest time goes first.
    tenant.answers.delete(key)
    tenant.answers.set(key, answer)
    const [oldest] = tenant.answers.keys()
    if (oldest !== undefined && tenant.answers.size > MOST_ANSWERS) tenant.answers.delete(oldest)
    return answer.report
  }

  #tenantOf(tenantId: string, now: number): Tenant {
    const known = this.#tenants.get(tenantId)
    if (known) return known
    if (this.#tenants.size >= MANY_TENANTS) {
      for (const [id, { paidAt }] of this.#tenants) if (paidAt <= now) this.#tenants.delete(id)
    }
    const tenant = { answers: new Map<string, Answer>(), paidAt: now }
    this.#tenants.set(tenantId, tenant)
    return tenant
  }

  /** All that it may read is owed at once, so that questions that come together know of each other. */
  #ask(command: ActivityCommand, tenant: Tenant, now: number): Answer {
    const owed = Math.max(0, tenant.paidAt - now) * PAID_PER_MS
    const most = Math.max(LEAST_JOBS, Math.min(MOST_OWED - owed, mostOf(command.within)))
    tenant.paidAt = Math.max(tenant.paidAt, now) + most / PAID_PER_MS
    const answer: Answer = { report: this.#read(command, most), until: Infinity }
    answer.report.then(
      ({ read }) => {
        tenant.paidAt -= (most - read) / PAID_PER_MS
        answer.until = tenant.paidAt
      },
      () => {
        tenant.paidAt -= most / PAID_PER_MS
        answer.until = 0
      },
    )
    return answer
  }

  async #read({ tenantId, filter, within }: ActivityCommand, most: number): Promise<ActivityReport> {
    const to = this.#deps.clock.now()
    const { createdAfter, parts, division } = asked(within, to)
    const query = { tenantId, filter: { ...filter, createdAfter }, to, division, most }
    const found = await this.#deps.index.activity(query)
    return { ...found, to, parts, isWhole: found.from === createdAfter }
  }
}

function mostOf(within: Within): number {
  return 'hours' in within ? MOST_JOBS.hours : MOST_JOBS.days
}

interface Asked extends Pick<ActivityQuery, 'division'> {
  readonly createdAfter: number
  readonly parts: number
}

function asked(within: Within, to: number): Asked {
  if ('hours' in within) return { createdAfter: to - within.hours * HOUR_MS, parts: PARTS, division: { parts: PARTS } }
  const midnight = to - (to % DAY_MS)
  const createdAfter = midnight - (within.days - 1) * DAY_MS
  return { createdAfter, parts: within.days, division: { partMs: DAY_MS } }
}
