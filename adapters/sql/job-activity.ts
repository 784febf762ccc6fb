import type { ErrorCode } from '#domain/app-error.ts'
import { type ActivityEnd, type ActivityQuery, type JobActivity, partsFrom } from '#ports/job-index.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import { selectJobs } from './job-selection.ts'

/** Reads a bounded number of jobs, so its cost does not grow with what is stored. */
export async function readActivity(db: SqlDatabase, query: ActivityQuery): Promise<JobActivity> {
  const { from, read } = await beginning(db, query)
  const { start, partMs } = partsFrom(from, query)
  const jobs = selectJobs(query.tenantId, { ...query.filter, createdAfter: from })
  // Not by bare columns: an index in their order would be taken for the better way, through all that is stored.
  const ended = `SELECT (jobs.finished_at - CAST(? AS BIGINT)) / CAST(? AS BIGINT) AS part,
      COALESCE(jobs.agent, '') AS agent, COALESCE(jobs.status, '') AS status, COALESCE(jobs.error_code, '') AS error_code,
      COALESCE(NULLIF(jobs.stop_reason, 'finished'), '') AS early_stop,
      ${SUMMED.map((name) => `jobs.${name}`).join(', ')}
    FROM ${jobs.from} WHERE ${jobs.where} AND jobs.finished_at IS NOT NULL`
  const rows = await db.query(
    `SELECT part, agent, status, error_code, early_stop, COUNT(*) AS n, ${SUMS} FROM (${ended}) AS ended
     GROUP BY part, agent, status, error_code, early_stop ORDER BY part, agent, status, error_code, early_stop`,
    start,
    partMs,
    ...jobs.params,
  )
  return { from, start, partMs, read, ends: rows.map(endIn) }
}

const SUMMED = ['input_tokens', 'cached_input_tokens', 'output_tokens', 'cost_nanos', 'unpriced_calls']
const SUMS = SUMMED.map((name) => `CAST(COALESCE(SUM(${name}), 0) AS BIGINT) AS ${name}`).join(', ')

/** After the last job that lies too far away. */
async function beginning(
  db: SqlDatabase,
  { tenantId, filter, most }: ActivityQuery,
): Promise<Pick<JobActivity, 'from' | 'read'>> {
  const { way, time, id, ...all } = selectJobs(tenantId, filter)
  const { from, where, params } = way ?? all
  const walk = `SELECT ${time} AS created_at FROM ${from} WHERE ${where} ORDER BY ${time} DESC, ${id} DESC LIMIT ?`
  const sql = `SELECT COUNT(*) AS n, COALESCE(MIN(created_at), 0) AS edge FROM (${walk}) AS way`
  const [row] = await db.query(sql, ...params, most + 1)
  const read = row ? numberAt(row, 'n') : 0
  return { from: row && read > most ? numberAt(row, 'edge') + 1 : filter.createdAfter, read }
}

function endIn(row: SqlRow): ActivityEnd {
  const errorCode = textAt(row, 'error_code')
  const earlyStop = textAt(row, 'early_stop')
  return {
    agent: textAt(row, 'agent'),
    part: numberAt(row, 'part'),
    status: textAt(row, 'status') as ActivityEnd['status'],
    errorCode: errorCode === '' ? null : (errorCode as ErrorCode),
    earlyStop: earlyStop === '' ? null : (earlyStop as ActivityEnd['earlyStop']),
    jobs: numberAt(row, 'n'),
    usage: {
      inputTokens: numberAt(row, 'input_tokens'),
      cachedInputTokens: numberAt(row, 'cached_input_tokens'),
      outputTokens: numberAt(row, 'output_tokens'),
    },
    cost: { nanos: numberAt(row, 'cost_nanos'), unpricedCalls: numberAt(row, 'unpriced_calls') },
  }
}
