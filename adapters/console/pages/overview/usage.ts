import { html } from 'hono/html'
import type { Page } from '../../route.ts'
import { card, heading } from '../../view/card.ts'
import type { Visit } from '../../visit.ts'
import { tokenChart } from './charts.ts'
import { failures, openJobs } from './failures.ts'

/** Of the jobs that ended, and of those that failed. Each takes a request, so this page does not renew itself. */
const OPENED = 20

export async function usagePage(visit: Visit): Promise<Page> {
  const [ended, failed] = await Promise.all(
    ['completed,failed,canceled', 'failed'].map((status) => visit.api.page({ status, page_size: OPENED })),
  )
  const [used, broken] = await Promise.all([openJobs(visit, ended?.jobs ?? []), openJobs(visit, failed?.jobs ?? [])])
  const body = html`<div class="page">
    ${heading('Tokens and failures')} ${tokenChart(used)}
    ${card('Failures by reason', failures(visit, broken, 'No job has failed.'))}
    <p><a href="${visit.href('')}">Overview</a></p>
  </div>`
  return { title: 'Tokens and failures', section: 'overview', body }
}
