import { html } from 'hono/html'
import type { Batch, Job, JobSummary } from '#adapters/client/types.ts'
import { ErrandError } from '#adapters/client/errand-error.ts'
import { type ConsoleRoute, type Html, type Page, get } from '../../route.ts'
import { actionButton } from '../../view/button.ts'
import { card, heading } from '../../view/card.ts'
import { failedCallbacks } from '../../view/deliveries.ts'
import { glance, number, numberSoFar } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { asks } from '../job/asks.ts'
import { submitted, tagLinks } from '../job/facts.ts'
import { jobLink } from '../jobs/list.ts'
import { proposalCard } from '../proposals/card.ts'
import { inboxCount } from './count.ts'

/** Of each kind of question, how many are shown at once. */
const JOBS_SHOWN = 20
const PROPOSALS_SHOWN = 5
const BATCHES_SHOWN = 20

export const INBOX: readonly ConsoleRoute[] = [get('/inbox', showInbox), get('/inbox/count', inboxCount)]

/** Everything that waits for a person, with one answer each. */
async function showInbox(visit: Visit): Promise<Page> {
  const parts = await Promise.all([
    jobsThatNeed('approval', visit),
    jobsThatNeed('outcome', visit),
    jobsThatNeed('callback', visit),
    batchCallbacks(visit),
    openProposals(visit),
    pausedSchedules(visit),
  ])
  const isEmpty = parts.every((part) => part === null)
  return {
    title: 'Inbox',
    section: 'inbox',
    body: html`${heading('Inbox')}
      <div id="inbox" class="live" data-live data-refresh="10">
        ${isEmpty ? html`<p class="empty">Nothing waits for a person.</p>` : parts.map((part) => part ?? '')}
      </div>`,
  }
}

const TITLES = {
  approval: 'Calls that wait for approval',
  outcome: 'Calls whose outcome is not known',
  callback: 'Callbacks that could not be delivered',
} as const

/** `null` where there are none. */
async function jobsThatNeed(needs: keyof typeof TITLES, visit: Visit): Promise<Html | null> {
  const { api, href } = visit
  const token = visit.query.get(needs)
  const query = { needs, order: 'oldest', page_size: JOBS_SHOWN, ...(token && { page_token: token }) } as const
  const [{ jobs, next_page_token: next }, { total, isWhole }] = await Promise.all([
    api.page(query),
    api.counts({ needs }),
  ])
  if (total === 0) return null
  const question = needs === 'callback' ? callbacksOf : callsToAnswer
  const questions = await Promise.all(jobs.map((job) => question(visit, job).catch(nullIfGone)))
  const items = jobs.flatMap((job, at) => {
    const asked = questions[at]
    return asked ? html`<li id="${needs}-${job.id}">${asked}</li>` : []
  })
  return card(
    `${TITLES[needs]} (${numberSoFar(total, isWhole)})`,
    html`<p class="hint">Jobs that were submitted first come first.</p>
      <ul class="questions">
        ${items}
      </ul>
      ${pages(visit, needs, { token, next })}`,
    html`<a href="${href(`/jobs?needs=${needs}`)}">All of these jobs, with filters</a>`,
  )
}

interface Place {
  /** Of this page; `null` for the first. */
  readonly token: string | null
  readonly next: string | undefined
}

function pages({ href, query }: Visit, needs: keyof typeof TITLES, { token, next }: Place): Html | '' {
  if (!token && next === undefined) return ''
  const at = (place: string | null): string => {
    const asked = new URLSearchParams(query)
    if (place === null) asked.delete(needs)
    else asked.set(needs, place)
    return href(`/inbox?${asked.toString()}`)
  }
  return html`<nav class="pager" aria-label="${TITLES[needs]}">
    ${token ? html`<a href="${at(null)}">First page</a>` : ''}
    ${next === undefined ? html`<span>End of the list</span>` : html`<a href="${at(next)}">Next page</a>`}
  </nav>`
}

async function callsToAnswer(visit: Visit, { id }: JobSummary): Promise<Html> {
  const job = await visit.api.get(id)
  return html`${headOf(visit, job)} ${inputOf(job)} ${asks(visit, job)}`
}

function inputOf({ input = null }: Job): Html {
  return html`<p class="said"><span class="dim">Input of the job:</span> ${glance(input)}</p>`
}

type Asking = Pick<Job, 'id' | 'agent' | 'tags' | 'batch' | 'createdAt' | 'createdBy'>

/** Which job asks, and where it came from. */
function headOf(visit: Visit, { id, agent, tags = [], batch, createdAt, createdBy }: Asking): Html {
  const inBatch =
    batch && createdBy?.kind !== 'batch'
      ? html`, in <a href="${visit.href(`/jobs?batch=${encodeURIComponent(batch)}`)}">${batch}</a>`
      : ''
  return html`<p>
    ${jobLink(visit, id)} ${agent} ${tagLinks(visit, tags)}
    <span class="dim">submitted ${submitted(visit, { createdAt, createdBy })}${inBatch}</span>
  </p>`
}

/** `null` where they were sent again meanwhile. */
async function callbacksOf(visit: Visit, { id }: JobSummary): Promise<Html | null> {
  const [job, deliveries] = await Promise.all([visit.api.get(id), visit.api.deliveries(id)])
  const failed = failedCallbacks(visit, `/jobs/${id}`, deliveries)
  return failed && html`${headOf(visit, job)} ${inputOf(job)} ${failed}`
}

/** A job or a batch may be deleted between the list and the look at it. @throws {ErrandError} */
function nullIfGone(error: unknown): null {
  if (error instanceof ErrandError && (error.code === 'job_not_found' || error.code === 'batch_not_found')) return null
  throw error
}

/** Messages about batches that were given up. */
async function batchCallbacks(visit: Visit): Promise<Html | null> {
  const { api, href } = visit
  const { batches, next_page_token: more } = await api.batches.page({ needs: 'callback', page_size: BATCHES_SHOWN })
  const question = async ({ id }: Batch): Promise<Html | null> =>
    failedCallbacks(visit, `/batches/${id}`, await api.batches.deliveries(id))
  const questions = await Promise.all(batches.map((batch) => question(batch).catch(nullIfGone)))
  const items = batches.flatMap(({ id, name, agent, createdAt, createdBy }, at) => {
    const asked = questions[at]
    return asked
      ? html`<li id="callback-${id}">
          <p>
            <a href="${href(`/batches/${id}`)}">${name ?? id}</a> ${agent}
            <span class="dim">created ${submitted(visit, { createdAt, createdBy })}</span>
          </p>
          ${asked}
        </li>`
      : []
  })
  if (items.length === 0) return null
  const count = `${number(items.length)}${more === undefined ? '' : ' or more'}`
  return card(
    `Callbacks of batches that could not be delivered (${count})`,
    html`<ul class="questions">
      ${items}
    </ul>`,
  )
}

async function openProposals(visit: Visit): Promise<Html | null> {
  const { api, href } = visit
  const query = { status: 'proposed' }
  const [{ proposals }, { ready }] = await Promise.all([
    api.proposals.page({ ...query, page_size: PROPOSALS_SHOWN }),
    api.proposals.counts(query),
  ])
  if (ready.proposed === 0) return null
  const all = html`<a href="${href('/proposals')}">All of them, with filters and bulk decisions</a>`
  const cards = proposals.filter(({ expiresAt }) => expiresAt !== null).map((one) => proposalCard(one, visit, '/inbox'))
  return card(`Proposals to decide (${number(ready.proposed)})`, html`<div class="live">${cards}</div>`, all)
}

/** Schedules that have paused themselves: a person must see why, and let them go on. */
async function pausedSchedules({ api, href, may }: Visit): Promise<Html | null> {
  const { schedules } = await api.schedules.page({ status: 'paused', page_size: 50 })
  const failing = schedules.filter(({ pausedBecause }) => pausedBecause === 'failures')
  if (failing.length === 0) return null
  const rows = failing.map(({ id, agent, changedAt }) => {
    const path = href(`/schedules/${encodeURIComponent(id)}`)
    const resume = may('submit') ? actionButton({ action: `${path}/resume`, label: 'Resume' }) : ''
    return [html`<a href="${path}">${id}</a>`, agent, time(changedAt), resume]
  })
  const head = ['Schedule', 'Agent', 'Changed', 'Answer']
  return card('Schedules that paused after failures', table({ caption: 'Paused schedules', head, rows, empty: '' }))
}
