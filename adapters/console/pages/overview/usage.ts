import { html } from 'hono/html'
import { DAY_MS } from '#domain/time/duration.ts'
import type { Html, Page } from '../../route.ts'
import { heading } from '../../view/card.ts'
import type { Visit } from '../../visit.ts'
import { agentCard } from './agents.ts'
import { throughput, tokenChart } from './charts.ts'
import { failureCard } from './failures.ts'
import { modelCard } from './models.ts'
import { runCard } from './runs.ts'

const SPANS = [
  [1, 'Hour'],
  [24, 'Day'],
  [168, 'Week'],
  [720, '30 days'],
] as const

/** Reasons whose latest job is opened. This page does not renew itself. */
const OPENED = 10

/** What jobs used and why they failed, over a time and of an agent that the address says. */
export async function usagePage(visit: Visit): Promise<Page> {
  const agent = visit.query.get('agent') ?? ''
  const hours = SPANS.find(([span]) => String(span) === visit.query.get('hours'))?.[0] ?? 24
  const narrow = agent === '' ? {} : { agent }
  const from = dateOf(visit.now - (Math.ceil(hours / 24) - 1) * DAY_MS)
  const [activity, usage, { jobs: failed }, agents] = await Promise.all([
    visit.api.activity({ hours, ...narrow }),
    visit.api.usage({ from, to: dateOf(visit.now), ...narrow }),
    visit.api.page({ status: 'failed', page_size: 200, ...narrow }),
    visit.api.agents(),
  ])
  const body = html`<div class="page">
    ${heading('Tokens and failures')} ${spans(visit, { hours, agent })}
    ${choice(visit, { hours, agent, names: ['', ...agents.map(({ name }) => name)] })}
    <div class="columns">${tokenChart(activity)} ${throughput(activity)}</div>
    ${agentCard(visit, activity)} ${runCard(usage)} ${modelCard(usage)}
    ${await failureCard(visit, { activity, failed, opened: OPENED })}
    <p><a href="${visit.href('')}">Overview</a></p>
  </div>`
  return { title: 'Tokens and failures', section: 'overview', body }
}

/** By UTC. */
function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

interface Chosen {
  readonly hours: number
  readonly agent: string
}

function spans(visit: Visit, { hours, agent }: Chosen): Html {
  const tabs = SPANS.map(([span, label]) => {
    const query = new URLSearchParams({ hours: String(span), ...(agent !== '' && { agent }) }).toString()
    return html`<a href="${visit.href(`/usage?${query}`)}" ${span === hours ? html`aria-current="true"` : ''}
      >${label}</a
    >`
  })
  return html`<nav class="tabs" aria-label="Time">${tabs}</nav>`
}

function choice(visit: Visit, { hours, agent, names }: Chosen & { readonly names: readonly string[] }): Html {
  const options = names.map(
    (name) =>
      html`<option value="${name}" ${name === agent ? 'selected' : ''}>${name === '' ? 'all agents' : name}</option>`,
  )
  return html`<form class="inline" action="${visit.href('/usage')}">
    <input type="hidden" name="hours" value="${String(hours)}" />
    <label
      >Agent
      <select name="agent">
        ${options}
      </select></label
    >
    <button>Show</button>
  </form>`
}
