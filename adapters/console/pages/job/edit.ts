import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job } from '#adapters/client/types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { createOnce, createdNotice, onceField, onceKey } from '../../once.ts'
import type { Done, Page } from '../../route.ts'
import { card, heading } from '../../view/card.ts'
import type { Visit } from '../../visit.ts'

interface Draft {
  readonly agent: string
  readonly input: string
  readonly problem: string | null
}

/** The job's work as a form, to be changed and submitted as a new job. */
export async function editPage(visit: Visit): Promise<Page> {
  const { id, agent, input } = await visit.api.get(visit.param('id'))
  return draftPage(visit, id, { agent, input: JSON.stringify(input ?? null, null, 2), problem: null })
}

/** Submits what the form says, with tags, metadata, batch and callback of the job that it was made of. */
export async function runAgain(visit: Visit): Promise<Done | Page> {
  const origin = await visit.api.get(visit.param('id'))
  const form = await visit.form()
  const draft = { agent: text(form, 'agent'), input: text(form, 'input') }
  try {
    const body = { agent: draft.agent, input: jsonOf(draft.input, 'The input'), ...kept(origin) }
    const created = await createOnce<Job>(visit, '/jobs', { key: await onceKey(form), body })
    return { to: `/jobs/${created.made.id}`, notice: createdNotice(created, 'Submitted as a new job.') }
  } catch (error) {
    if (!(error instanceof ErrandError) || error.status !== 400) throw error
    return draftPage(visit, origin.id, { ...draft, problem: error.message })
  }
}

function kept({ tags, metadata, batch, callback }: Job) {
  return {
    ...(tags && tags.length > 0 && { tags }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
    ...(batch && { batch }),
    ...(callback && { callback }),
  }
}

function draftPage(visit: Visit, id: string, { agent, input, problem }: Draft): Page {
  const said = problem === null ? '' : html`<p id="problem" class="problem" role="alert">${problem}</p>`
  const form = html`<form method="post" action="${visit.href(`/jobs/${id}/edit`)}" class="stack">
    ${onceField()}
    <label for="agent">Agent</label>
    <input id="agent" name="agent" value="${agent}" required />
    <label for="input">Input, as JSON</label>
    <textarea
      id="input"
      name="input"
      rows="18"
      spellcheck="false"
      required
      ${problem === null ? '' : html`aria-invalid="true" aria-describedby="problem"`}
    >
${input}</textarea>
    ${said}
    <p class="hint">Tags, metadata, batch and callback stay as they were. The old job stays as it is.</p>
    <div class="toolbar">
      <button class="primary">Run as a new job</button>
      <a class="button" href="${visit.href(`/jobs/${id}`)}">Back to the job</a>
    </div>
  </form>`
  const body = html`${heading('Edit and run again')} ${card(`Based on ${id}`, form)}`
  return { title: 'Edit and run again', section: 'jobs', body, status: problem === null ? 200 : 400 }
}

function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** @throws {ErrandError} where it is not JSON. */
function jsonOf(source: string, what: string): JsonValue {
  try {
    return JSON.parse(source) as JsonValue
  } catch (error) {
    const message = `${what} is not JSON: ${(error as Error).message}.`
    throw new ErrandError({ code: 'malformed_json', status: 400, retryable: false, message })
  }
}
