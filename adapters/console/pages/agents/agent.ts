import { html } from 'hono/html'
import type { AgentDefinition } from '#adapters/client/types.ts'
import type { Html, Page } from '../../route.ts'
import { type Tone, badge } from '../../view/badge.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { jsonBlock, number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { duration } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { type Draft, tryForm } from './try-form.ts'
import { versionsCard } from './versions.ts'

const EMPTY: Omit<Draft, 'asJson'> = { held: {}, problems: [], writes: 'propose' }

/** @param draft given: a form that comes back with what is wrong with it. */
export async function showAgent(visit: Visit, draft?: Draft): Promise<Page> {
  const named = visit.param('name')
  const [agent, versions] = await Promise.all([visit.api.agent(named), visit.api.agentVersions(named)])
  const { name, description } = agent
  const form = draft ?? { ...EMPTY, asJson: visit.query.get('as') === 'json' }
  return {
    title: name,
    section: 'agents',
    body: html`${heading(name, html`<a class="button" href="${visit.href(`/jobs?agent=${name}`)}">Jobs</a>`)}
      ${description === '' ? '' : html`<p>${description}</p>`}
      ${visit.may('submit') ? card('Try it', tryForm(agent, form, visit)) : ''} ${card('Definition', definition(agent))}
      ${instructionsCard(agent)} ${card('Tools', toolTable(agent))} ${versionsCard(versions, visit)}
      <div class="columns">${schemaCard('Input', agent.inputSchema)} ${schemaCard('Output', agent.outputSchema)}</div>`,
  }
}

function definition(agent: AgentDefinition): Html {
  const { settings = {} } = agent
  return facts({
    Version: html`<code>${agent.version}</code>`,
    Model: html`<code>${agent.model}</code>`,
    'Falls back to': agent.fallbackModels.join(', '),
    Writes: agent.writes === 'propose' ? 'proposed to a person' : 'made by its jobs',
    'Most model calls': agent.maxIterations,
    'Longest model call': duration(agent.modelTimeoutSeconds * 1000),
    'Longest job': duration(agent.jobTimeoutSeconds * 1000),
    Files: agent.files.join(', '),
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, html`<code>${JSON.stringify(value)}</code>`]),
    ),
  })
}

function instructionsCard({ instructions }: AgentDefinition): Html {
  if (instructions === undefined)
    return card('Instructions', html`<p class="hint">To read them, a key needs the scope <code>admin</code>.</p>`)
  if (instructions === null) return card('Instructions', html`<p class="hint">A function makes them of each input.</p>`)
  return card('Instructions', jsonBlock(instructions))
}

const EFFECTS: Readonly<Record<string, Tone>> = { read: 'good', idempotent: 'busy', once: 'attention' }

const APPROVALS = { never: '–', always: 'each call', by_input: 'some calls' } as const

function toolTable({ tools }: AgentDefinition): Html {
  return table({
    caption: 'Tools',
    head: ['Tool', 'Effect', 'Approval', 'Description', { label: 'Longest call', numeric: true }],
    rows: tools.map(({ name, effect, writes, approval, description, timeoutSeconds }) => [
      html`<code>${name}</code>`,
      html`${badge(effect, EFFECTS[effect])}${writes ? html` <span class="tag">write</span>` : ''}`,
      APPROVALS[approval],
      description,
      `${number(timeoutSeconds)} s`,
    ]),
    empty: 'It has no tools.',
  })
}

function schemaCard(title: string, schema: Readonly<Record<string, unknown>> | null): Html {
  const any = title === 'Input' ? 'It takes any JSON.' : 'It answers in words.'
  return card(title, schema === null ? html`<p class="hint">${any}</p>` : jsonBlock(schema))
}
