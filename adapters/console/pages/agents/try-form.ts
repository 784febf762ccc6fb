import { html } from 'hono/html'
import type { AgentDefinition } from '#adapters/client/types.ts'
import { WRITE_MODES, type WriteMode } from '#domain/write/write.ts'
import { onceField } from '../../once.ts'
import type { Html } from '../../route.ts'
import { alerts } from '../../view/alert.ts'
import { choice } from '../../view/field.ts'
import type { Visit } from '../../visit.ts'
import { type Field, type Held, fieldsOf } from './fields.ts'

/** Where the whole input is one text of JSON. */
export const WHOLE = 'input'

export interface Draft {
  readonly held: Held
  readonly asJson: boolean
  readonly problems: readonly string[]
  /** The chosen mode; `undefined` for what the agent says. */
  readonly writes: WriteMode | undefined
}

/** A form that submits one job of the agent, made from its input schema. */
export function tryForm(
  agent: AgentDefinition,
  { asJson, held, problems, writes: mode }: Draft,
  { href }: Visit,
): Html {
  const path = href(`/agents/${agent.name}`)
  const fields = asJson ? null : fieldsOf(agent.inputSchema)
  const controls = fields ? fields.map((field) => control(field, held[field.name] ?? '')) : [wholeControl(held[WHOLE])]
  const other = fields
    ? html`<a href="${path}?as=json#try">Write the input as JSON</a>`
    : html`<a href="${path}#try">Use the form</a>`
  const writes = agent.tools.some((tool) => tool.writes)
  return html`<form class="stack" id="try" method="post" action="${path}/try">
    <input type="hidden" name="as" value="${fields ? 'form' : 'json'}" />
    ${onceField()} ${controls}
    ${writes ? choice({ name: 'writes', label: 'Writes', values: WRITE_MODES, chosen: mode, any: 'as the agent says' }) : ''}
    ${problems.length > 0 ? alerts(problems) : ''}
    <div class="toolbar"><button class="primary">Run as a job</button> ${fieldsOf(agent.inputSchema) ? other : ''}</div>
    <p class="hint">It is a job like any other: it calls the model, and its tools have their effects.</p>
  </form>`
}

function wholeControl(text = '{}'): Html {
  return html`<label for="whole">Input as JSON</label>
    <textarea id="whole" name="field.${WHOLE}" rows="8" spellcheck="false">${text}</textarea>`
}

function control(field: Field, text: string): Html {
  const { name, description, isRequired } = field
  const id = `field-${name}`
  const hint = description === '' ? '' : html`<p class="hint" id="${id}-hint">${description}</p>`
  const named = html`id="${id}" name="field.${name}" ${isRequired ? 'required' : ''}
  ${description === '' ? '' : html`aria-describedby="${id}-hint"`}`
  return html`<div class="control">
    <label for="${id}">${name}${isRequired ? '' : html` <span class="dim">optional</span>`}</label>
    ${CONTROLS[field.kind](field, named, text)} ${hint}
  </div>`
}

type Control = (field: Field, named: Html, text: string) => Html

const CONTROLS: Readonly<Record<Field['kind'], Control>> = {
  text: (_, named, text) => html`<textarea class="line" rows="1" ${named}>${text}</textarea>`,
  number: (_, named, text) => html`<input type="number" step="any" value="${text}" ${named} />`,
  boolean: ({ isRequired }, named, text) => options(['true', 'false'], { isRequired, named, text }),
  choice: ({ values, isRequired }, named, text) => options(values, { isRequired, named, text }),
  lines: (_, named, text) => html`<textarea rows="3" placeholder="one a line" ${named}>${text}</textarea>`,
  json: (_, named, text) => html`<textarea rows="4" spellcheck="false" placeholder="JSON" ${named}>${text}</textarea>`,
}

interface Chosen {
  readonly isRequired: boolean
  readonly named: Html
  readonly text: string
}

function options(values: readonly string[], { isRequired, named, text }: Chosen): Html {
  const entries = values.map((value) => html`<option ${value === text ? 'selected' : ''}>${value}</option>`)
  return html`<select ${named}>
    ${isRequired ? '' : html`<option value=""></option>`} ${entries}
  </select>`
}
