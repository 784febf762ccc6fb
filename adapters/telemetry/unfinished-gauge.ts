import type { JobStatus } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'
import { JOBS_UNFINISHED, JOB_STATUS, TENANT_ID } from './names.ts'
import type { Gauge } from './otlp-metrics.ts'

const UNFINISHED: readonly JobStatus[] = ['queued', 'running', 'waiting']
/** How long a count is shown, so that many who ask cost no more than one. */
const FRESH_MS = 15_000

type Counts = Awaited<ReturnType<JobIndex['count']>>

/** The depth of the queue, and what is at work, by tenant. All servers of a database say the same. */
export class UnfinishedGauge {
  readonly #index: Pick<JobIndex, 'count'>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #last = new Map<string, { readonly at: number; readonly counts: Promise<Counts> }>()

  constructor(index: Pick<JobIndex, 'count'>, clock: Pick<Clock, 'monotonic'>) {
    this.#index = index
    this.#clock = clock
  }

  /** Tenants are counted one after the other: jobs need the database, too. */
  async of(tenants: readonly string[]): Promise<Gauge> {
    const points: Gauge['points'][number][] = []
    for (const tenantId of tenants) {
      const counts = await this.#counts(tenantId)
      for (const status of UNFINISHED)
        points.push({ labels: { [JOB_STATUS]: status, [TENANT_ID]: tenantId }, value: counts[status] })
    }
    return { name: JOBS_UNFINISHED, description: 'Jobs that are not finished', unit: '{job}', points }
  }

  async #counts(tenantId: string): Promise<Counts> {
    const now = this.#clock.monotonic()
    let last = this.#last.get(tenantId)
    if (!last || now - last.at >= FRESH_MS) {
      last = { at: now, counts: this.#index.count(tenantId, { statuses: UNFINISHED }) }
      this.#last.set(tenantId, last)
    }
    try {
      return await last.counts
    } catch (error) {
      this.#last.delete(tenantId)
      throw error
    }
  }
}
