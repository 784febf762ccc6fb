import type { JobCursor, JobFilter } from '#ports/job-index.ts'
import type { SqlValue } from './database.ts'

/** The jobs of one tenant that fit a filter and come after a cursor, as parts of a SELECT over `jobs`. */
export interface Selection {
  readonly from: string
  readonly where: string
  readonly params: readonly SqlValue[]
  /** Newest first. */
  readonly order: string
}

type Condition = readonly [sql: string, ...params: SqlValue[]]

export function selectJobs(tenantId: string, filter: JobFilter, after: JobCursor | null = null): Selection {
  // Those with a tag are found along the tags, which are in the order of the list too.
  const tagged = filter.tag !== undefined
  const time = tagged ? 'job_tags.created_at' : 'created_at'
  const id = tagged ? 'job_tags.job_id' : 'id'
  const owner: Condition = tagged
    ? ['job_tags.tenant_id = ? AND job_tags.tag = ?', tenantId, filter.tag]
    : ['tenant_id = ?', tenantId]
  const place: readonly Condition[] = after ? [[`(${time}, ${id}) < (?, ?)`, after.createdAt, after.id]] : []
  const conditions = [owner, ...conditionsOf(filter, time), ...place]
  return {
    from: tagged ? 'job_tags CROSS JOIN jobs ON jobs.id = job_tags.job_id' : 'jobs',
    where: conditions.map(([sql]) => sql).join(' AND '),
    params: conditions.flatMap(([, ...params]) => params),
    order: `${time} DESC, ${id} DESC`,
  }
}

function conditionsOf({ statuses, agent, batch, createdAfter, createdBefore }: JobFilter, time: string): Condition[] {
  const all: Condition[] = []
  if (statuses && statuses.length > 0) all.push([`status IN (${statuses.map(() => '?').join(', ')})`, ...statuses])
  if (agent !== undefined) all.push(['agent = ?', agent])
  if (batch !== undefined) all.push(['batch = ?', batch])
  if (createdAfter !== undefined) all.push([`${time} >= ?`, createdAfter])
  if (createdBefore !== undefined) all.push([`${time} < ?`, createdBefore])
  return all
}
