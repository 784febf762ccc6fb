import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import { WRITE_MODES } from '#domain/write/write.ts'
import { createOnce, createdNotice, onceKey } from '../../once.ts'
import { refusalOf } from '../../refusal.ts'
import { type ConsoleRoute, type Done, type Page, get, post } from '../../route.ts'
import { heading } from '../../view/card.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import type { Visit } from '../../visit.ts'
import { showAgent } from './agent.ts'
import { type Held, fieldsOf, inputOf, parsed } from './fields.ts'
import { WHOLE } from './try-form.ts'

export const AGENTS: readonly ConsoleRoute[] = [
  get('/agents', showAgents),
  get('/agents/:name', (visit) => showAgent(visit)),
  post('/agents/:name/try', tryAgent),
]

async function showAgents({ api, href }: Visit): Promise<Page> {
  const agents = await api.agents()
  return {
    title: 'Agents',
    section: 'agents',
    body: html`${heading('Agents')}
    ${table({
      caption: 'Agents',
      head: ['Agent', 'Description', 'Model', { label: 'Tools', numeric: true }, 'Version'],
      rows: agents.map(({ name, description, model, tools, version }) => [
        html`<a href="${href(`/agents/${name}`)}">${name}</a>`,
        description,
        html`<code>${model}</code>`,
        number(tools.length),
        html`<code>${version}</code>`,
      ]),
      empty: html`There are no agents. <code>errand.config.ts</code> lists them.`,
    })}`,
  }
}

/** Submits a job, and shows it; or the form again, with what the agent's schema says of its input. */
async function tryAgent(visit: Visit): Promise<Done | Page> {
  const form = await visit.form()
  const name = visit.param('name')
  const asJson = textIn(form, 'as') === 'json'
  const held = heldIn(form)
  const writes = WRITE_MODES.find((mode) => mode === textIn(form, 'writes'))
  try {
    const fields = asJson ? null : fieldsOf((await visit.api.agent(name)).inputSchema)
    const input = fields ? inputOf(fields, held) : parsed('Input', held[WHOLE] ?? '')
    const body = { agent: name, input, ...(writes && { writes }) }
    const created = await createOnce<Job>(visit, '/jobs', { key: await onceKey(form), body })
    return { to: `/jobs/${created.made.id}`, notice: createdNotice(created, 'Submitted.') }
  } catch (error) {
    const { status, problems } =
      error instanceof SyntaxError ? { status: 400 as const, problems: [error.message] } : refusalOf(error)
    return { ...(await showAgent(visit, { asJson, held, problems, writes })), status }
  }
}

const PREFIX = 'field.'

function heldIn(form: FormData): Held {
  const fields = [...form].flatMap(([name, value]) =>
    name.startsWith(PREFIX) && typeof value === 'string'
      ? [[name.slice(PREFIX.length), value.replaceAll('\r\n', '\n')] as const]
      : [],
  )
  return Object.fromEntries(fields)
}
