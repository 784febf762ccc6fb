import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Batch, Delivery, Job } from '#adapters/client/types.ts'
import { EVENTS_OF_PAGE, type Stored, journalPage } from '../../journal.ts'
import type { Html, Page } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { actionButton } from '../../view/button.ts'
import { card, heading, news } from '../../view/card.ts'
import { deliveriesCard, undelivered } from '../../view/deliveries.ts'
import { metadataCard } from '../../view/facts.ts'
import { jsonBlock } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import { type RefusedAnswer, asks, unasked } from './asks.ts'
import { ending } from './ending.ts'
import { about, receipt } from './facts.ts'
import { failedWrites } from './failed-writes.ts'
import { givesUp } from './outage.ts'
import { EVENT_NAMES, timeline } from './timeline.ts'

/**
 * A job with one page of its journal: the last one, or the one after the event that the query names.
 * @param refused an answer that comes back with what is wrong with it.
 */
export async function jobPage(visit: Visit, refused: RefusedAnswer | null = null): Promise<Page> {
  const id = visit.param('id')
  const found = await visit.raw.pass(`/jobs/${encodeURIComponent(id)}`)
  const job = (await found.json()) as Job
  const title = `Job ${job.id}`
  if (!visit.may('read')) return { title, section: 'jobs', body: outline(visit, job) }
  const last = lastEvent(found.headers.get('etag'))
  const after = afterOf(visit.query.get('after'), last)
  const [events, deliveries, batch] = await Promise.all([
    journalPage(visit, job.id, after),
    job.callback ? visit.api.deliveries(job.id) : [],
    batchOf(visit, job),
  ])
  const body = whole(visit, { job, events, deliveries, batch, after, last, refused })
  return { title, section: 'jobs', body, status: refused?.status ?? 200 }
}

interface Whole {
  readonly job: Job
  readonly events: readonly Stored[]
  readonly deliveries: readonly Delivery[]
  readonly batch: Batch | null
  /** Number of the event before the first one that is shown. */
  readonly after: number
  /** Number of the last event of the job. */
  readonly last: number
  readonly refused: RefusedAnswer | null
}

function whole(visit: Visit, { job, events, deliveries, batch, after, last, refused }: Whole): Html {
  const isLive = job.finishedAt === undefined
  const source = isLive
    ? html`data-events="${visit.href(`/jobs/${job.id}/events?after=${String(last)}`)}"
      data-names="${EVENT_NAMES.join(' ')}"`
    : ''
  return html`<div id="job" class="page" data-live ${source}>
    ${titleOf(visit, job)} ${news(`The job is ${job.status}.`)} ${ending(visit, job)} ${unasked(job, refused)}
    ${asks(visit, job, refused)} ${givesUp(job, events)} ${failedWrites(visit, events)}
    ${undelivered(visit, `/jobs/${job.id}`, deliveries)} ${receipt(job)}
    <div class="with-side">
      <div class="page">
        <div class="columns">
          ${card('Input', jsonBlock(job.input ?? null))}
          ${job.report ? card('Output', jsonBlock(job.report.output)) : ''}
        </div>
        <section class="card">
          <header>
            <h2>Timeline</h2>
            ${range(visit, { after, shown: events.length, last })}
          </header>
          ${timeline(events)}
          <p class="live-text said" id="live-text" data-keep></p>
        </section>
        ${job.callback ? deliveriesCard(visit, { path: `/jobs/${job.id}`, url: job.callback.url }, deliveries) : ''}
      </div>
      <div class="page">${about(visit, job, batch)} ${metadataCard(job.metadata)}</div>
    </div>
  </div>`
}

/** `null` for a job of no batch, or of one that is deleted. A caller may also write any label in its place. */
async function batchOf({ api }: Visit, { createdBy, batch }: Job): Promise<Batch | null> {
  if (createdBy?.kind !== 'batch' || !batch) return null
  return api.batches.get(batch).catch((error: unknown) => {
    if (error instanceof ErrandError && error.code === 'batch_not_found') return null
    throw error
  })
}

function titleOf(visit: Visit, job: Job): Html {
  const { id, status, agent } = job
  const title = html`<span class="mono">${id}</span> ${badge(status)} <small class="dim">${agent}</small>`
  return heading(title, actions(visit, job))
}

/** For a key that may not read what jobs hold. */
function outline(visit: Visit, job: Job): Html {
  return html`${titleOf(visit, job)}
    <p class="hint">This key may not read jobs: it lacks the scope <code>read</code>.</p>`
}

/** The version of a job is the number of its last event, and the ETag ends with it. */
export function lastEvent(etag: string | null): number {
  return Number(/\.(\d+)"$/.exec(etag ?? '')?.[1] ?? 0)
}

function afterOf(asked: string | null, last: number): number {
  if (asked !== null && /^\d{1,15}$/.test(asked)) return Number(asked)
  return Math.max(0, last - EVENTS_OF_PAGE)
}

interface Range {
  readonly after: number
  readonly shown: number
  readonly last: number
}

function range(visit: Visit, { after, shown, last }: Range): Html | '' {
  if (last <= EVENTS_OF_PAGE) return ''
  const here = visit.href(`/jobs/${visit.param('id')}`)
  const end = after + shown
  const earlier = Math.max(0, after - EVENTS_OF_PAGE)
  return html`<nav class="pager" aria-label="Pages of the timeline">
    ${after > 0 ? html`<a href="${here}?after=0">First</a> <a href="${here}?after=${String(earlier)}">Earlier</a>` : ''}
    <span>Events ${String(after + 1)} to ${String(end)} of ${String(last)}</span>
    ${end < last ? html`<a href="${here}?after=${String(end)}">Later</a> <a href="${here}">Last</a>` : ''}
  </nav>`
}

function actions(visit: Visit, job: Job): Html {
  const own = (action: string): string => visit.href(`/jobs/${job.id}/${action}`)
  const isFinished = job.finishedAt !== undefined
  const retryable = job.status === 'failed' || job.status === 'canceled'
  const buttons = [
    !isFinished && visit.may('cancel')
      ? actionButton({ action: own('cancel'), label: 'Cancel', kind: 'danger', confirm: 'Cancel this job?' })
      : '',
    retryable && visit.may('submit') ? actionButton({ action: own('retry'), label: 'Retry', once: true }) : '',
    visit.may('submit') && visit.may('read')
      ? html`<a class="button" href="${own('edit')}">Edit and run again</a>`
      : '',
    isFinished && visit.may('admin')
      ? actionButton({
          action: own('delete'),
          label: 'Delete',
          kind: 'danger',
          confirm: 'Delete this job with its journal? This cannot be undone.',
        })
      : '',
  ]
  return html`${buttons}`
}
