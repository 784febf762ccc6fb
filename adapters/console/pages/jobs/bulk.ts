import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { JobCounts, OperationRequest } from '#adapters/client/types.ts'
import { JOB_ACTIONS, type JobAction } from '#domain/operation/operation.ts'
import { onceField, onceKey } from '../../once.ts'
import type { Done, Html, Page } from '../../route.ts'
import { alert } from '../../view/alert.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import { type Answer, answerFields, answerIn, answerable } from './bulk-answer.ts'
import { type Filter, filterIn, operationFilter, queryOf, searchOf } from './filter.ts'
import { titled } from './list.ts'

type Statuses = readonly (keyof JobCounts['counts'])[]

/** In which statuses an action does something; it leaves the others alone. */
const ACTS_ON: Record<Exclude<JobAction, 'resolve'>, Statuses> = {
  cancel: ['queued', 'running', 'waiting'],
  retry: ['failed', 'canceled'],
  delete: ['completed', 'failed', 'canceled'],
}

const MEANING: Record<JobAction, string> = {
  cancel: 'Unfinished jobs are stopped: no call begins after it, and a call in flight is aborted.',
  retry: 'The work of each job is submitted again, as a new job.',
  resolve: 'One answer for the calls that wait for one.',
  delete: 'Finished jobs are deleted with their journals. This cannot be undone.',
}

/** A form that comes back, with what is wrong with it. */
interface Refused {
  readonly answer: Answer
  readonly problem: string
}

export function bulkPage(visit: Visit): Promise<Page> {
  return show(visit, visit.query, null)
}

/**
 * Begins the operation, which works through the jobs in the background. It is bound to when they were counted: jobs that
 * came, ended or asked after it are not meant.
 */
export async function startBulk(visit: Visit): Promise<Done | Page> {
  const form = await visit.form()
  const fields = new URLSearchParams()
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value)
  const action = actionIn(fields)
  const filter = filterIn(fields)
  const answer = answerIn(form)
  const problem = problemWith(form, { action, filter, answer })
  if (problem !== null) return show(visit, fields, { answer, problem })
  const { outcome, tool } = answer
  const request = {
    action,
    asOf: textIn(form, 'as_of'),
    filter: operationFilter(filter),
    ...(action === 'resolve' && { outcome, ...(tool !== '' && { tool }) }),
  }
  const { id } = await visit.api.startOperation(request as OperationRequest, { idempotencyKey: await onceKey(form) })
  return { to: `/operations/${id}` }
}

/** @throws {ErrandError} where there is none: it must not be guessed. */
function actionIn(fields: URLSearchParams): JobAction {
  const found = JOB_ACTIONS.find((action) => action === fields.get('action'))
  if (found) return found
  const message = `The address or the form names no action: one of ${JOB_ACTIONS.join(', ')}. Nothing was done.`
  throw new ErrandError({ code: 'invalid_request', status: 400, retryable: false, message })
}

interface Asked {
  readonly action: JobAction
  readonly filter: Filter
  readonly answer: Answer
}

function problemWith(form: FormData, { action, filter, answer }: Asked): string | null {
  if (textIn(form, 'as_of') === '') return 'The form does not say what was counted. Look at the number again.'
  if (isForAll(filter) && textIn(form, 'all') !== 'yes') return 'No filter is set. Confirm that all jobs are meant.'
  return action === 'resolve' && answer.outcome === '' ? 'Choose an answer.' : null
}

function isForAll(filter: Filter): boolean {
  return Object.keys(filter).length === 0
}

/** How many jobs an action would touch, and the form that begins it. */
async function show(visit: Visit, fields: URLSearchParams, refused: Refused | null): Promise<Page> {
  const action = actionIn(fields)
  const filter = filterIn(fields)
  const { touched, isWhole, controls } =
    action === 'resolve' ? await resolvable(visit, filter, refused) : await touchedBy(visit, action, filter)
  const isNone = isWhole && touched === 0
  const title = `${titled(action)} ${isWhole ? jobsIn(touched, isForAll(filter)) : atLeast(touched)}`
  const none = html`<p class="empty">No job that fits is in such a status.</p>`
  const body = html`${heading(title)} ${card('Which jobs', described(filter))}
    ${card(
      'What is done',
      html`<p>${MEANING[action]}</p>
        ${isNone ? none : bulkForm(visit, { action, filter, title, controls, refused })}`,
    )}
    <p><a href="${visit.href(`/jobs${searchOf(filter)}`)}">Back to the list</a></p>`
  return { title, section: 'jobs', body, status: refused === null ? 200 : 400 }
}

function jobsIn(touched: number, isAll: boolean): string {
  return `${isAll && touched > 1 ? 'all ' : ''}${number(touched)} ${touched === 1 ? 'job' : 'jobs'}`
}

/** There are so many that they are still being counted. */
function atLeast(touched: number): string {
  return touched === 0 ? 'the jobs that fit' : `at least ${number(touched)} jobs`
}

interface Touched {
  readonly touched: number
  /** Whether there are no more. */
  readonly isWhole: boolean
  readonly controls: Html | ''
}

async function touchedBy(visit: Visit, action: Exclude<JobAction, 'resolve'>, filter: Filter): Promise<Touched> {
  const { counts, isWhole } = await visit.api.counts(queryOf(filter))
  // Canceled jobs are retried only where the filter names them.
  const statuses: Statuses = action === 'retry' && filter.status === undefined ? ['failed'] : ACTS_ON[action]
  const touched = statuses.reduce((sum, status) => sum + counts[status], 0)
  return { touched, isWhole: isWhole || action === 'cancel', controls: '' }
}

async function resolvable(visit: Visit, filter: Filter, refused: Refused | null): Promise<Touched> {
  const waiting = await answerable(visit, filter)
  return {
    touched: waiting.outcome + waiting.approval,
    isWhole: waiting.isWhole,
    controls: answerFields(waiting, refused?.answer ?? null),
  }
}

function described(filter: Filter): Html | string {
  if (isForAll(filter)) return 'All jobs of this tenant: no filter is set.'
  const { created_after, created_before, needs, stop_reason, status, agent, tag, batch, error } = filter
  return facts({
    Status: status,
    Agent: agent,
    Tag: tag,
    Batch: batch,
    'Failed with': error,
    'Waits for a person': needs,
    'Stopped early': stop_reason,
    'Submitted from': created_after,
    'Submitted before': created_before,
  })
}

interface BulkForm {
  readonly action: JobAction
  readonly filter: Filter
  readonly title: string
  readonly controls: Html | ''
  readonly refused: Refused | null
}

function bulkForm(visit: Visit, { action, filter, title, controls, refused }: BulkForm): Html {
  const hidden = Object.entries({ ...filter, action, as_of: new Date(visit.now).toISOString() }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  const all = html`<label class="check"
    ><input type="checkbox" name="all" value="yes" required /> <span>No filter is set: I mean all jobs.</span></label
  >`
  return html`<form method="post" action="${visit.href('/jobs/bulk')}" class="stack">
    ${hidden} ${onceField()} ${controls} ${isForAll(filter) ? all : ''} ${refused ? alert(refused.problem) : ''}
    <div><button class="${action === 'retry' || action === 'resolve' ? 'primary' : 'danger'}">${title}</button></div>
    <p class="hint">Jobs that came, ended or asked after this page was made are left alone.</p>
  </form>`
}
