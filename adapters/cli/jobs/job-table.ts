import type { JobSummary } from '../../client/types.ts'
import { table } from '../text-table.ts'

/** Jobs as `errand list` shows them. */
export function jobTable(jobs: readonly JobSummary[]): string {
  const rows = jobs.map(({ id, status, errorCode, agent, createdAt, usage, tags, batch }) => [
    id,
    errorCode === null ? status : `${status}: ${errorCode}`,
    agent,
    createdAt,
    usage === null ? '' : `${amount(usage.inputTokens)} + ${amount(usage.outputTokens)}`,
    [...tags, ...(batch === null ? [] : [`batch ${batch}`])].join(', '),
  ])
  return table([['ID', 'STATUS', 'AGENT', 'SUBMITTED', 'TOKENS IN + OUT', 'TAGS'], ...rows])
}

function amount(count: number): string {
  return count.toLocaleString('en')
}
