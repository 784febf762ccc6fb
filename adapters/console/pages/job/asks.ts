import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Refusal } from '../../refusal.ts'
import type { Html } from '../../route.ts'
import { alerts, typedText } from '../../view/alert.ts'
import { actionButton } from '../../view/button.ts'
import { jsonBlock } from '../../view/json.ts'
import { time } from '../../view/time.ts'
import { remedyOf } from '../../view/remedy.ts'
import type { Visit } from '../../visit.ts'
import { meaning } from './ending.ts'

/** An answer that was refused, with what the visitor has written. */
export interface RefusedAnswer extends Refusal {
  readonly callId: string
  readonly typed: Typed
}

/** What was written, and in which field. */
export interface Typed {
  readonly field: 'input' | 'result' | 'reason'
  readonly text: string
}

/** What the job asks of a person: whether calls may be made, and what became of others. */
export function asks(visit: Visit, job: Job, refused: RefusedAnswer | null = null): Html {
  const { waiting, unknownCalls = [] } = job
  if (!waiting) return html`${unknownCalls.map((call) => unknownOutcome(visit, job, { ...call, answer: refused }))}`
  switch (waiting.reason) {
    case 'retry':
      return html`<div class="ask">
        <p><strong>${waiting.error.message}</strong></p>
        <p>It is tried again ${time(waiting.until)}. ${remedyOf(waiting.error.code)}</p>
        <p>${meaning(visit, waiting.error)}</p>
      </div>`
    case 'unknown_agent':
      return html`<div class="ask">
        <p>
          <strong>No server that has looked at it knows the agent <code>${job.agent}</code>.</strong>
        </p>
        <p>
          It goes on when one does: deploy the agent under this name, or cancel the job. It began to wait
          ${time(waiting.since)}.
        </p>
      </div>`
    case 'approval':
      return html`${waiting.calls.map((call) => approval(visit, job.id, { ...call, answer: refused }))}`
    case 'outcome_unknown':
      return html`${waiting.calls.map((call) => unknownOutcome(visit, job, { ...call, answer: refused }))}`
  }
}

/** A refused answer to a call that does not wait any more. */
export function unasked({ waiting, unknownCalls = [] }: Job, refused: RefusedAnswer | null): Html | '' {
  const calls = waiting && 'calls' in waiting ? waiting.calls : unknownCalls
  if (refused === null || calls.some(({ callId }) => callId === refused.callId)) return ''
  return html`${alerts(refused.problems)} ${typedText(refused.typed.text)}`
}

type Waiting = NonNullable<Job['waiting']>
type ApprovalCall = Extract<Waiting, { reason: 'approval' }>['calls'][number]
type UnknownCall = NonNullable<Job['unknownCalls']>[number]

/** Address of the form that answers for a call. */
export function resolveTarget(visit: Visit, jobId: string, callId: string): string {
  return visit.href(`/jobs/${jobId}/calls/${encodeURIComponent(callId)}/resolve`)
}

function approval(
  visit: Visit,
  jobId: string,
  { callId, name, input, since, expiresAt, answer }: Asked<ApprovalCall>,
): Html {
  const refused = answer?.callId === callId ? answer : null
  const reason = refused?.typed.field === 'reason' ? refused.typed.text : ''
  const action = resolveTarget(visit, jobId, callId)
  const answers = visit.may('approve')
    ? html`<div class="toolbar">
          ${actionButton({ action, label: 'Approve', kind: 'primary', fields: { outcome: 'approved' } })}
          <form method="post" action="${action}" class="inline">
            <input type="hidden" name="outcome" value="rejected" />
            <input
              name="reason"
              aria-label="Reason, which the model reads"
              placeholder="Reason for the model"
              value="${reason}"
            />
            <button class="danger">Reject</button>
          </form>
        </div>
        ${otherInput(action, input, refused?.typed ?? null)}`
    : html`<p class="hint">To answer, a key needs the scope <code>approve</code>.</p>`
  return html`<section class="ask" id="approval-${jobId}-${callId}">
    <h2><code>${name}</code> waits for approval</h2>
    <p class="dim">Asked ${time(since)}${expiresAt ? html`; counts as rejected ${time(expiresAt)}` : ''}</p>
    ${jsonBlock(input)} ${refused ? alerts(refused.problems) : ''} ${answers}
  </section>`
}

/** To approve the call with an input that a person has changed. */
function otherInput(action: string, input: JsonValue, typed: Typed | null): Html {
  const isRefused = typed?.field === 'input'
  const text = isRefused ? typed.text : JSON.stringify(input, null, 2)
  const rows = String(Math.min(18, text.split('\n').length + 1))
  return html`<details class="optional" ${isRefused ? 'open' : ''}>
    <summary>Approve with another input</summary>
    <form method="post" action="${action}" class="stack">
      <input type="hidden" name="outcome" value="approved" />
      <textarea
        name="input"
        aria-label="Input of the call, as JSON"
        rows="${rows}"
        spellcheck="false"
        ${isRefused ? html`aria-invalid="true"` : ''}
      >
${text}</textarea>
      <button>Approve with this input</button>
    </form>
  </details>`
}

/** With an answer that was refused, to any call of the job. */
type Asked<Call> = Call & { readonly answer: RefusedAnswer | null }

function unknownOutcome(
  visit: Visit,
  { id, finishedAt }: Job,
  { callId, name, input, startedAt, answer }: Asked<UnknownCall>,
): Html {
  const action = resolveTarget(visit, id, callId)
  const refused = answer?.callId === callId ? answer : null
  const answers = visit.may('submit')
    ? html`<div class="toolbar">
        <form method="post" action="${action}" class="inline">
          <input type="hidden" name="outcome" value="happened" />
          <input
            name="result"
            aria-label="Result of the call, as JSON"
            placeholder="Result as JSON, null if empty"
            size="28"
            value="${refused?.typed.text ?? ''}"
            ${refused ? html`aria-invalid="true"` : ''}
          />
          <button class="primary">It happened</button>
        </form>
        ${actionButton({ action, label: 'It did not happen', fields: { outcome: 'did_not_happen' } })}
        ${
          finishedAt === undefined
            ? actionButton({ action, label: 'Fail the job', kind: 'danger', fields: { outcome: 'fail' } })
            : ''
        }
      </div>`
    : html`<p class="hint">To answer, a key needs the scope <code>submit</code>.</p>`
  return html`<section class="ask" id="outcome-${id}-${callId}">
    <h2>Did <code>${name}</code> happen?</h2>
    <p>
      The call began ${time(startedAt)} and was cut off before its answer. It is not repeated, because that may do it
      twice.${finishedAt === undefined ? '' : ' The job can be retried when you have answered.'}
    </p>
    ${jsonBlock(input)} ${refused ? alerts(refused.problems) : ''} ${answers}
  </section>`
}
