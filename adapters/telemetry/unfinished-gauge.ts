import type { JobStatus } from '#domain/job/job.ts'
import type { JobIndex } from '#ports/job-index.ts'
import { JOBS_UNFINISHED, JOB_STATUS, TENANT_ID } from './names.ts'
import type { Gauge } from './otlp-metrics.ts'

const UNFINISHED: readonly JobStatus[] = ['queued', 'running', 'waiting']

/** The depth of the queue, and what is at work, by tenant. All servers of a database say the same. */
export async function unfinishedGauge(index: Pick<JobIndex, 'count'>, tenants: readonly string[]): Promise<Gauge> {
  const points = await Promise.all(
    tenants.map(async (tenantId) => {
      const counts = await index.count(tenantId, { statuses: UNFINISHED })
      return UNFINISHED.map((status) => ({
        labels: { [JOB_STATUS]: status, [TENANT_ID]: tenantId },
        value: counts[status],
      }))
    }),
  )
  return { name: JOBS_UNFINISHED, description: 'Jobs that are not finished', unit: '{job}', points: points.flat() }
}
