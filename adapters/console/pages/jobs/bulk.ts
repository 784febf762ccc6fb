import { html } from 'hono/html'
import type { JobCounts, OperationRequest } from '#adapters/client/types.ts'
import type { Done, Html, Page } from '../../route.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import { type Filter, filterIn, operationFilter, queryOf, searchOf } from './filter.ts'
import { titled } from './list.ts'

type Action = 'cancel' | 'retry' | 'resolve' | 'delete'
type Statuses = readonly (keyof JobCounts['counts'])[]

/** In which statuses an action does something; it leaves the others alone. */
const ACTS_ON: Record<Action, Statuses> = {
  cancel: ['queued', 'running', 'waiting'],
  retry: ['failed', 'canceled'],
  resolve: ['waiting', 'failed', 'canceled'],
  delete: ['completed', 'failed', 'canceled'],
}

function actionIn(text: string | null): Action {
  return text === 'retry' || text === 'resolve' || text === 'delete' ? text : 'cancel'
}

/** How many jobs an action would touch, and the form that begins it. */
export async function bulkPage(visit: Visit): Promise<Page> {
  const action = actionIn(visit.query.get('action'))
  const filter = filterIn(visit.query)
  const { counts } = await visit.api.counts(queryOf(filter))
  const touched = touchedBy(action, filter).reduce((sum, status) => sum + counts[status], 0)
  const title = `${titled(action)} ${number(touched)} ${touched === 1 ? 'job' : 'jobs'}`
  const body = html`${heading(title)} ${card('Which jobs', described(filter))}
    ${card(
      'What is done',
      html`<p>${MEANING[action]}</p>
        ${touched === 0 ? html`<p class="empty">No job that fits is in such a status.</p>` : form(visit, { action, filter, title })}`,
    )}
    <p><a href="${visit.href(`/jobs${searchOf(filter)}`)}">Back to the list</a></p>`
  return { title, section: 'jobs', body }
}

/** Canceled jobs are retried only where the filter names them. */
function touchedBy(action: Action, { status }: Filter): Statuses {
  return action === 'retry' && status === undefined ? ['failed'] : ACTS_ON[action]
}

const MEANING: Record<Action, string> = {
  cancel: 'Unfinished jobs are stopped: no call begins after it, and a call in flight is aborted.',
  retry: 'The work of each job is submitted again, as a new job.',
  resolve:
    'One answer for every call of unknown outcome, or for every call that waits for approval. Jobs without such calls are left alone, so the number is the most that it can be.',
  delete: 'Finished jobs are deleted with their journals. This cannot be undone.',
}

function described(filter: Filter): Html | string {
  const { created_after, created_before, needs, ...same } = filter
  if (Object.keys(filter).length === 0) return 'All jobs of this tenant: no filter is set.'
  return facts({
    Status: same.status,
    Agent: same.agent,
    Tag: same.tag,
    Batch: same.batch,
    'Waits for a person': needs,
    'Submitted from': created_after,
    'Submitted before': created_before,
  })
}

interface Bulk {
  readonly action: Action
  readonly filter: Filter
  readonly title: string
}

function form(visit: Visit, { action, filter, title }: Bulk): Html {
  // Sent again by a second click or a reload, the same key begins nothing new.
  const hidden = Object.entries({ ...filter, action, key: crypto.randomUUID() }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return html`<form method="post" action="${visit.href('/jobs/bulk')}" class="stack">
    ${hidden} ${action === 'resolve' ? RESOLUTION : ''}
    <button class="${action === 'retry' || action === 'resolve' ? 'primary' : 'danger'}">${title}</button>
  </form>`
}

const RESOLUTION = html`<div class="filters">
  <label
    >Answer
    <select name="outcome">
      <option value="did_not_happen">The calls did not happen</option>
      <option value="happened">The calls happened</option>
      <option value="fail">Fail the jobs</option>
      <option value="approved">Approve the calls</option>
      <option value="rejected">Reject the calls</option>
    </select></label
  >
  <label>Only calls of the tool <input name="tool" placeholder="any" /></label>
</div>`

/** Begins the operation, which works through the jobs in the background. */
export async function startBulk(visit: Visit): Promise<Done> {
  const form = await visit.form()
  const fields = new URLSearchParams()
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value)
  const action = actionIn(fields.get('action'))
  const filter = operationFilter(filterIn(fields))
  const tool = fields.get('tool')?.trim() ?? ''
  const request =
    action === 'resolve'
      ? { action, outcome: fields.get('outcome'), filter, ...(tool !== '' && { tool }) }
      : { action, filter }
  const { id } = await visit.api.startOperation(request as OperationRequest, {
    idempotencyKey: fields.get('key') ?? undefined,
  })
  return { to: `/operations/${id}` }
}
