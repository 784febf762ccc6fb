import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job, JobSummary } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import type { Visit } from '../../visit.ts'

/** Jobs with what they hold, one request each. One that was deleted meanwhile is left out. @throws {ErrandError} */
export async function openJobs({ api }: Visit, summaries: readonly JobSummary[]): Promise<readonly Job[]> {
  const jobs = await Promise.all(
    summaries.map(({ id }) =>
      api.get(id).catch((error: unknown) => {
        if (error instanceof ErrandError && error.code === 'job_not_found') return null
        throw error
      }),
    ),
  )
  return jobs.filter((job) => job !== null)
}

/** @param jobs failed ones, newest first @param none shown in place of a table without rows */
export function failures(visit: Visit, jobs: readonly Job[], none: string): Html {
  const byCode = Map.groupBy(jobs, ({ error }) => error?.code ?? 'unknown')
  const rows = [...byCode]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([code, some]) => [
      html`<a href="${visit.outside(`/errors/${code}`)}"><code>${code}</code></a>`,
      number(some.length),
      html`<a href="${visit.href(`/jobs/${some[0]?.id ?? ''}`)}">${some[0]?.error?.message ?? ''}</a>`,
    ])
  const head = ['Reason', { label: 'Jobs', numeric: true }, 'Latest']
  const list = table({ caption: 'Failures by reason', head, rows, empty: none })
  return html`${list}${rows.length === 0 ? '' : html`<p class="hint">Of the last ${jobs.length} failed jobs.</p>`}`
}
