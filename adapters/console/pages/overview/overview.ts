import { html } from 'hono/html'
import type { JobPage, JobSummary } from '#adapters/client/types.ts'
import type { Html, Page } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { card, figure, heading } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { findForm, jobLink, jobTable } from '../jobs/list.ts'
import { agentCard } from './agents.ts'
import { throughput, tokenChart } from './charts.ts'
import { failureCard } from './failures.ts'
import { waitsFor } from './waits-for.ts'

/** Jobs of one request, to find those that wait longest and the latest failures. */
const LATEST = 200
/** Each takes a request of its own, at every load of the page. The page on usage opens more. */
const OPENED = 3
const SHOWN = 10

/** What goes on. It takes thirteen requests at most, because it renews itself all day. */
export async function overviewPage(visit: Visit): Promise<Page> {
  if (!visit.may('read')) return withoutReading(visit)
  const { api } = visit
  const [counted, waits, activity, latest, waiting, { jobs: failed }] = await Promise.all([
    api.counts(),
    waitsFor(visit),
    api.activity(),
    api.page({ page_size: SHOWN }),
    api.page({ status: 'waiting', order: 'oldest', page_size: LATEST }),
    api.page({ status: 'failed', page_size: LATEST }),
  ])
  const aside = html`<a href="${visit.href('/usage')}">Other times and agents</a>`
  const body = html`<div class="page" id="overview" data-live data-refresh="30">
    ${heading('Overview')} ${waits}
    <div class="tiles">
      ${Object.entries(counted.counts).map(([status, count]) =>
        figure(badge(status), number(count), visit.href(`/jobs?status=${status}`)),
      )}
    </div>
    <div class="columns">${throughput(activity)} ${tokenChart(activity)}</div>
    ${agentCard(visit, activity)} ${await failureCard(visit, { activity, failed, opened: OPENED, aside })}
    ${longest(visit, waiting)}
    ${card('Latest jobs', jobTable(visit, latest.jobs), html`<a href="${visit.href('/jobs')}">All jobs</a>`)}
  </div>`
  return { title: 'Overview', section: 'overview', body }
}

/** Lists need the scope `read`. A key without it may still know a job, and cancel it or answer for it. */
function withoutReading(visit: Visit): Page {
  const body = html`${heading('Overview')}
    <p class="ask">This key may not read jobs: it lacks the scope <code>read</code>. Open a job by its id:</p>
    ${findForm(visit)}`
  return { title: 'Overview', section: 'overview', body }
}

function longest(visit: Visit, { jobs, next_page_token: next }: JobPage): Html {
  const rows = jobs
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
    .slice(0, 5)
    .map(({ id, agent, updatedAt }: JobSummary) => [jobLink(visit, id), agent, time(updatedAt)])
  const list = table({
    caption: 'Jobs that wait longest',
    head: ['Job', 'Agent', 'Since'],
    rows,
    empty: 'No job waits.',
  })
  const covers =
    next === undefined ? 'all jobs that wait' : `the ${number(jobs.length)} waiting jobs that were submitted first`
  return card('Waiting longest', html`${list}${rows.length === 0 ? '' : html`<p class="hint">Of ${covers}.</p>`}`)
}
