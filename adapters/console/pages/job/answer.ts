import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job, Resolution } from '#adapters/client/types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { isSameActor } from '#domain/tenant/actor.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { refusalOf } from '../../refusal.ts'
import type { Done, Page } from '../../route.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
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
    const text = textIn(form, 'result') || textIn(form, 'reason')
    if (text === '') throw error
    return jobPage(visit, { callId: call.callId, text, ...refusalOf(error) })
  }
}

/** The same form is in the inbox, where the next question waits. */
export function isFromInbox({ request, href }: Visit): boolean {
  return URL.parse(request.headers.get('referer') ?? '')?.pathname === href('/inbox')
}

/** What a form of `asks` says. @throws {ErrandError} where it has no answer, or JSON that is none. */
function resolutionOf(form: FormData): Resolution {
  const outcome = textIn(form, 'outcome')
  switch (outcome) {
    case 'approved':
    case 'did_not_happen':
    case 'fail':
      return { outcome }
    case 'rejected': {
      const reason = textIn(form, 'reason')
      return reason === '' ? { outcome } : { outcome, reason }
    }
    case 'happened':
      try {
        return { outcome, result: JSON.parse(textIn(form, 'result') || 'null') as JsonValue }
      } catch (error) {
        const message = `The result is not JSON: ${(error as Error).message}.`
        throw new ErrandError({ code: 'malformed_json', status: 400, retryable: false, message })
      }
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
