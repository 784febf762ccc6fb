import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job, Resolution } from '#adapters/client/types.ts'
import { isSameActor } from '#domain/tenant/actor.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { refusalOf } from '../../refusal.ts'
import type { Done, Page } from '../../route.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import type { Typed } from './asks.ts'
import { jsonOf } from './draft.ts'
import { jobPage, lastEvent } from './page.ts'
import { standingOf } from './standing.ts'

/** Gives a person's answer for a call, and says what counts afterwards. @throws {ErrandError} */
export async function resolveCall(visit: Visit): Promise<Done | Page> {
  const call = { jobId: visit.param('id'), callId: visit.param('callId') }
  const form = await visit.form()
  const to = isFromInbox(visit) ? '/inbox' : `/jobs/${call.jobId}`
  try {
    return { to, notice: await answer(visit, call, resolutionOf(form)) }
  } catch (error) {
    const typed = typedIn(form)
    if (typed === null) throw error
    return jobPage(visit, { callId: call.callId, typed, ...refusalOf(error) })
  }
}

/** The same form is in the inbox, where the next question waits. */
export function isFromInbox({ request, href }: Visit): boolean {
  return URL.parse(request.headers.get('referer') ?? '')?.pathname === href('/inbox')
}

/** `null` where a button was all that the visitor needed. */
function typedIn(form: FormData): Typed | null {
  const field = (['input', 'result', 'reason'] as const).find((name) => textIn(form, name) !== '')
  return field === undefined ? null : { field, text: textIn(form, field) }
}

/** What a form of `asks` says. @throws {ErrandError} where it has no answer, or JSON that is none. */
function resolutionOf(form: FormData): Resolution {
  const outcome = textIn(form, 'outcome')
  switch (outcome) {
    case 'approved':
      return form.has('input') ? { outcome, input: jsonOf(textIn(form, 'input'), 'The input') } : { outcome }
    case 'did_not_happen':
    case 'fail':
      return { outcome }
    case 'rejected': {
      const reason = textIn(form, 'reason')
      return reason === '' ? { outcome } : { outcome, reason }
    }
    case 'happened':
      return { outcome, result: jsonOf(textIn(form, 'result') || 'null', 'The result') }
    default: {
      const message = 'The form has no answer: choose one on the page of the job. Nothing was recorded.'
      throw new ErrandError({ code: 'invalid_request', status: 400, retryable: false, message })
    }
  }
}

interface Call {
  readonly jobId: string
  readonly callId: string
}

/** @returns what counts now, in a sentence. An answer that comes late changes nothing, and the API shows how things stand. */
async function answer(visit: Visit, call: Call, resolution: Resolution): Promise<string> {
  const path = `/jobs/${encodeURIComponent(call.jobId)}`
  const before = lastEvent((await visit.raw.pass(path)).headers.get('etag'))
  const answered = await visit.raw.pass(`${path}/calls/${encodeURIComponent(call.callId)}/resolve`, {
    method: 'POST',
    body: JSON.stringify(resolution),
    headers: { 'content-type': 'application/json' },
  })
  const job = (await answered.json()) as Job
  if (!visit.may('read')) return `The job is ${job.status}.`
  const standing = await standingOf(visit, call, lastEvent(answered.headers.get('etag')))
  const { outcome, by, id, text } = standing ?? {
    outcome: null,
    by: undefined,
    id: 0,
    text: `the job is ${job.status}`,
  }
  const isOwn =
    id > before && outcome === resolution.outcome && by && isSameActor(by as Actor, visit.caller.actor as Actor)
  return isOwn ? `Your answer is recorded. ${whatFollows(job)}` : `Your answer changed nothing. What counts: ${text}.`
}

function whatFollows({ status, waiting, finishedAt }: Job): string {
  const open = waiting && 'calls' in waiting ? waiting.calls.length : 0
  if (open > 0) return `The job waits for ${number(open)} more ${open === 1 ? 'answer' : 'answers'}.`
  return finishedAt === undefined ? 'The job goes on.' : `The job is ${status}.`
}
