import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { WRITE_MODES } from '#domain/write/write.ts'
import { createOnce, createdNotice, onceField, onceKey } from '../../once.ts'
import { type Refusal, refusalOf } from '../../refusal.ts'
import type { Done, Html, Page } from '../../route.ts'
import { alerts } from '../../view/alert.ts'
import { card, heading } from '../../view/card.ts'
import { choice } from '../../view/field.ts'
import type { Visit } from '../../visit.ts'
import { type Draft, draftIn, draftOf, requestOf } from './draft.ts'

/** The job's work as a form, to be changed and submitted as a new job. */
export async function editPage(visit: Visit): Promise<Page> {
  const draft = draftOf(await visit.api.get(visit.param('id')))
  // To ask for `apply` needs the scope `approve`.
  const isBeyond = draft.writes === 'apply' && !visit.may('approve')
  return draftPage(visit, isBeyond ? { ...draft, writes: '' } : draft, null)
}

/** Submits what the form says, or shows it again with what the API says of it. */
export async function runAgain(visit: Visit): Promise<Done | Page> {
  const form = await visit.form()
  const draft = draftIn(form)
  try {
    const created = await createOnce<Job>(visit, '/jobs', { key: await onceKey(form), body: requestOf(draft) })
    return { to: `/jobs/${created.made.id}`, notice: createdNotice(created, 'Submitted as a new job.') }
  } catch (error) {
    return draftPage(visit, draft, refusalOf(error))
  }
}

function draftPage(visit: Visit, draft: Draft, refusal: Refusal | null): Page {
  const id = visit.param('id')
  const path = visit.href(`/jobs/${id}`)
  const form = html`<form method="post" action="${path}/edit" class="stack">
    ${onceField()} ${refusal ? alerts(refusal.problems) : ''}
    <label for="agent">Agent</label>
    <input id="agent" name="agent" value="${draft.agent}" required />
    <label for="input">Input, as JSON</label>
    ${area('input', draft.input, Math.min(18, draft.input.split('\n').length + 2))}
    ${optional(visit, draft, refusal !== null)}
    <p class="hint">The old job stays as it is.</p>
    <div class="toolbar">
      <button class="primary">Run as a new job</button>
      <a class="button" href="${path}">Back to the job</a>
    </div>
  </form>`
  const body = html`${heading('Edit and run again')} ${card(`Based on ${id}`, form)}`
  return { title: 'Edit and run again', section: 'jobs', body, status: refusal?.status ?? 200 }
}

function area(name: 'input' | 'tags' | 'metadata', text: string, rows: number): Html {
  // A line break right after the tag is not part of the text.
  return html`<textarea id="${name}" name="${name}" rows="${String(rows)}" spellcheck="false">${text}</textarea>`
}

/** Folded, but where something may be wrong with it. */
function optional(visit: Visit, draft: Draft, isOpen: boolean): Html {
  return html`<details class="optional" ${isOpen ? 'open' : ''}>
    <summary>Tags, metadata and other optional fields</summary>
    <div class="stack">${others(visit, draft)}</div>
  </details>`
}

/** What a submission can say beside its work. */
function others(visit: Visit, draft: Draft): Html {
  const boxes = CALLBACK_EVENTS.map(
    (event) =>
      html`<label class="check"
        ><input type="checkbox" name="events" value="${event}" ${draft.events.includes(event) ? 'checked' : ''} />
        <span>${event}</span></label
      >`,
  )
  const modes = WRITE_MODES.filter((mode) => mode !== 'apply' || visit.may('approve'))
  const line = (name: keyof Draft, label: string, hint: string): Html =>
    html`<label for="${name}">${label}</label>
      <input id="${name}" name="${name}" value="${draft[name]}" placeholder="${hint}" spellcheck="false" />`
  return html`${choice({ name: 'writes', label: 'Writes', values: modes, chosen: draft.writes, any: 'as the agent says' })}
    <label for="tags">Tags, one a line</label>
    ${area('tags', draft.tags, 2)}
    <label for="metadata">Metadata, as JSON</label>
    ${area('metadata', draft.metadata, 3)} ${line('batch', 'Batch', 'none')} ${line('callback', 'Callback', 'none')}
    <fieldset>
      <legend>The callback is for</legend>
      ${boxes}
    </fieldset>
    ${line('retentionSeconds', 'Kept after its end, in seconds', 'as long as others')}
    ${line('runAt', 'Begins at (RFC 3339)', 'at once')}`
}
