import { html } from 'hono/html'
import type { JobCounts, JobPage, JobSummary } from '#adapters/client/types.ts'
import { STOP_LABELS, STOP_WORDS } from '#domain/explanation/of-stops.ts'
import { JOB_STATUSES } from '#domain/job/job.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html, Page } from '../../route.ts'
import { idLink } from '../../view/actor.ts'
import { badge } from '../../view/badge.ts'
import { heading } from '../../view/card.ts'
import { number, numberSoFar } from '../../view/json.ts'
import { pager } from '../../view/pager.ts'
import { table } from '../../view/table.ts'
import { elapsed, time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { tagLinks } from '../job/facts.ts'
import { type Filter, filterIn, queryOf, searchOf, withoutStatus } from './filter.ts'
import { filterForm } from './filter-form.ts'

/** Jobs, newest first, by what the address says. The first page renews itself. */
export async function jobsPage(visit: Visit): Promise<Page> {
  const filter = filterIn(visit.query)
  const token = visit.query.get('page_token')
  const [page, counted, agents] = await Promise.all([
    visit.api.page({ ...queryOf(filter), ...(token !== null && { page_token: token }) }),
    // To count what words are in would be to read every job.
    filter.q === undefined ? visit.api.counts(queryOf(withoutStatus(filter))) : null,
    visit.api.agents(),
  ])
  const here = visit.href(`/jobs${searchOf(filter)}`)
  const names = agents.map(({ name }) => name)
  const body = html`${heading('Jobs', newJob(visit))} ${filterForm(visit, filter, names)}
    <div class="page" id="jobs" data-live ${token === null && counted ? html`data-refresh="5"` : ''}>
      ${tabs(visit, filter, counted)} ${counted ? bulkLinks(visit, filter) : ''} ${jobTable(visit, page.jobs)}
      ${searched(page)} ${pager({ here, next: page.next_page_token, isLater: token !== null })}
    </div>`
  return { title: 'Jobs', section: 'jobs', body }
}

function newJob(visit: Visit): Html {
  const find = findForm(visit)
  return visit.may('submit') ? html`${find} <a class="button" href="${visit.href('/agents')}">Run an agent</a>` : find
}

/** Leads to a job by its id, or to those with the words. */
export function findForm({ href }: Visit): Html {
  return html`<form action="${href('/jobs/find')}" class="inline" role="search">
    <input
      name="id"
      aria-label="Id of a job, or words"
      placeholder="job_… or words"
      size="18"
      maxlength="100"
    /><button>Find</button>
  </form>`
}

/** Counts keep the filter, so a click on one shows just those. */
function tabs(visit: Visit, filter: Filter, counted: JobCounts | null): Html {
  const others = withoutStatus(filter)
  const isWhole = counted?.isWhole ?? true
  const tab = (label: string, count: number | undefined, wanted: string | null): Html => {
    const own = wanted === null ? others : { ...others, status: wanted }
    const isHere = (filter.status ?? null) === wanted
    const text = count === undefined ? '' : numberSoFar(count, isWhole || isUnfinished(wanted))
    return html`<a href="${visit.href(`/jobs${searchOf(own)}`)}" ${isHere ? html`aria-current="true"` : ''}
      >${label} ${text && html`<span>${text}</span>`}</a
    >`
  }
  return html`<nav class="tabs" aria-label="Status">
    ${tab('All', counted?.total, null)} ${JOB_STATUSES.map((name) => tab(name, counted?.counts[name], name))}
  </nav>`
}

/** These are always counted to the last. */
function isUnfinished(status: string | null): boolean {
  return status === 'queued' || status === 'running' || status === 'waiting'
}

/** How far back a search has looked. */
function searched({ searchedTo }: JobPage): Html | '' {
  if (searchedTo === undefined) return ''
  return html`<p class="hint">
    Searched the jobs submitted since ${time(searchedTo)}. The next page goes further back.
  </p>`
}

function bulkLinks(visit: Visit, filter: Filter): Html | '' {
  const actions = [
    ...(visit.may('cancel') ? ['cancel'] : []),
    ...(visit.may('submit') ? ['retry'] : []),
    ...(visit.may('submit') || visit.may('approve') ? ['resolve'] : []),
    ...(visit.may('admin') ? ['delete'] : []),
  ]
  if (actions.length === 0) return ''
  const links = actions.map(
    (action) =>
      html`<a class="button" href="${visit.href(`/jobs/bulk${searchOf(filter, { action })}`)}">${titled(action)} …</a>`,
  )
  return html`<div class="toolbar"><span class="dim">All that fit:</span> ${links}</div>`
}

export function titled(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

export function jobLink(visit: Visit, id: string): Html {
  return idLink(visit.href(`/jobs/${id}`), id)
}

export function jobTable(visit: Visit, jobs: readonly JobSummary[]): Html {
  const rows = jobs.map(({ id, agent, inputPreview, tags, batch, createdAt, finishedAt, usage, ...job }) => [
    html`${jobLink(visit, id)} <span class="sub">${agent}</span>${about(inputPreview)}`,
    why(visit, job),
    html`<span class="line">${agent}</span>`,
    html`${tagLinks(visit, tags)}${batch === null ? '' : batchLink(visit, batch)}`,
    time(createdAt),
    finishedAt === null ? '–' : elapsed(createdAt, finishedAt),
    usage === null ? '–' : number(usage.inputTokens + usage.outputTokens),
    usage === null ? '–' : costText(job),
  ])
  const figures = ['Took', 'Tokens', 'Cost'].map((label) => ({ label, numeric: true }))
  const status = { label: 'Status', beside: true }
  const head = ['Job', status, { label: 'Agent', wide: true }, 'Tags and batch', 'Submitted', ...figures]
  return table({ caption: 'Jobs', head, rows, empty: 'No jobs fit this filter.' })
}

/** What a job is about, below its id. */
function about(preview: string | null): Html | '' {
  return preview === null ? '' : html`<span class="about" title="${preview}">${preview}</span>`
}

/** The jobs of a batch. */
function batchLink({ href }: Visit, batch: string): Html {
  return idLink(href(`/jobs?batch=${encodeURIComponent(batch)}`), batch)
}

/** Its status, and why it has failed, does not go on or has no whole answer. Each leads to jobs of the same. */
function why({ href }: Visit, { status, errorCode, stopReason, needs }: Standing): Html {
  const of = (query: string, text: Html | string, title = ''): Html =>
    html`<a href="${href(`/jobs?${query}`)}" title="${title}">${text}</a>`
  const words = needs.map((need) => of(`needs=${need}`, NEEDS[need]))
  if (errorCode !== null) words.unshift(of(`error=${errorCode}`, html`<code>${errorCode}</code>`))
  else if (stopReason !== null && stopReason !== 'finished')
    words.unshift(of(`stop_reason=${stopReason}`, STOP_LABELS[stopReason], STOP_WORDS[stopReason]))
  else if (status === 'waiting' && needs.length === 0) words.push(html`<span class="dim">to try again</span>`)
  const [first = '', ...others] = words
  return html`<span class="line">${badge(status)} ${first}</span> ${others}`
}

type Standing = Pick<JobSummary, 'status' | 'errorCode' | 'stopReason' | 'needs'>

const NEEDS: Readonly<Record<JobSummary['needs'][number], string>> = {
  outcome: 'did a call happen?',
  approval: 'for approval',
  callback: 'callback given up',
}
