import { html } from 'hono/html'
import type { Job, JobSummary } from '#adapters/client/types.ts'
import { type ConsoleRoute, type Html, type Page, get } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { card, figure, heading } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { jobLink, jobTable } from '../jobs/list.ts'
import { throughput, tokenChart } from './charts.ts'

/** The figures cover so many jobs, so that the page costs the same with ten jobs and with a million. */
const LATEST = 200
const OPENED = 20

export const OVERVIEW: readonly ConsoleRoute[] = [get('', overviewPage)]

async function overviewPage(visit: Visit): Promise<Page> {
  const { api } = visit
  const [counted, approval, outcome, latest, ended, failed, waiting] = await Promise.all([
    api.counts(),
    api.counts({ needs: 'approval' }),
    api.counts({ needs: 'outcome' }),
    api.page({ page_size: LATEST }),
    api.page({ status: 'completed,failed,canceled', page_size: OPENED }),
    api.page({ status: 'failed', page_size: OPENED }),
    api.page({ status: 'waiting', page_size: LATEST }),
  ])
  const opened = await open(visit, [...ended.jobs, ...failed.jobs])
  const jobsOf = (list: readonly JobSummary[]): readonly Job[] => list.flatMap(({ id }) => opened.get(id) ?? [])
  const body = html`<div class="page" id="overview" data-live data-refresh="30">
    ${heading('Overview')} ${needs(visit, approval.total, outcome.total)}
    <div class="tiles">
      ${Object.entries(counted.counts).map(([status, count]) =>
        figure(badge(status), number(count), visit.href(`/jobs?status=${status}`)),
      )}
    </div>
    <div class="columns">${throughput(latest.jobs)} ${tokenChart(jobsOf(ended.jobs))}</div>
    <div class="columns">
      ${card('Failures by reason', failures(visit, jobsOf(failed.jobs)))}
      ${card('Waiting longest', longest(visit, waiting.jobs))}
    </div>
    ${card('Latest jobs', jobTable(visit, latest.jobs.slice(0, 10)), html`<a href="${visit.href('/jobs')}">All jobs</a>`)}
  </div>`
  return { title: 'Overview', section: 'overview', body }
}

/** Jobs with what they hold. One that was deleted meanwhile is left out. */
async function open({ api }: Visit, summaries: readonly JobSummary[]): Promise<ReadonlyMap<string, Job>> {
  const ids = [...new Set(summaries.map(({ id }) => id))]
  const jobs = await Promise.all(ids.map((id) => api.get(id).catch(() => null)))
  return new Map(jobs.flatMap((job) => (job ? [[job.id, job]] : [])))
}

function needs(visit: Visit, approval: number, outcome: number): Html | '' {
  if (approval + outcome === 0) return ''
  const says = (count: number, what: string, filter: string): Html | '' =>
    count === 0
      ? ''
      : html`<a href="${visit.href(`/jobs?needs=${filter}`)}"
          >${number(count)} ${count === 1 ? 'job' : 'jobs'} ${what}</a
        > `
  return html`<p class="ask">
    <b>For you to decide:</b> ${says(approval, 'with calls to approve.', 'approval')}
    ${says(outcome, 'with calls of unknown outcome.', 'outcome')} <a href="${visit.href('/inbox')}">Open the inbox</a>
  </p>`
}

function failures(visit: Visit, jobs: readonly Job[]): Html {
  const byCode = Map.groupBy(jobs, ({ error }) => error?.code ?? 'unknown')
  const rows = [...byCode]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([code, some]) => [
      html`<a href="${visit.outside(`/errors/${code}`)}"><code>${code}</code></a>`,
      number(some.length),
      html`<a href="${visit.href(`/jobs/${some[0]?.id ?? ''}`)}">${some[0]?.error?.message ?? ''}</a>`,
    ])
  const head = ['Reason', { label: 'Jobs', numeric: true }, 'Latest']
  const list = table({ caption: 'Failures by reason', head, rows, empty: 'No job has failed.' })
  return html`${list}${jobs.length === 0 ? '' : html`<p class="hint">Of the last ${jobs.length} failed jobs.</p>`}`
}

function longest(visit: Visit, jobs: readonly JobSummary[]): Html {
  const rows = jobs
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
    .slice(0, 5)
    .map(({ id, agent, updatedAt }) => [jobLink(visit, id), agent, time(updatedAt)])
  return table({ caption: 'Jobs that wait longest', head: ['Job', 'Agent', 'Since'], rows, empty: 'No job waits.' })
}
