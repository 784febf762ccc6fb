import { html } from 'hono/html'
import type { JobActivity } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import type { Visit } from '../../visit.ts'
import { covers } from './charts.ts'

/** What the jobs of each agent used, the dearest agent first. */
export function agentCard(visit: Visit, activity: JobActivity): Html {
  const rows = activity.agents.map(({ agent, completed, failed, canceled, usage, ...cost }) => [
    html`<a href="${visit.href(`/jobs?${new URLSearchParams({ agent }).toString()}`)}">${agent}</a>`,
    number(completed + failed + canceled),
    number(failed),
    number(usage.inputTokens),
    number(usage.cachedInputTokens),
    number(usage.outputTokens),
    costText(cost),
  ])
  const figures = ['Ended', 'Failed', 'Tokens in', 'Cached', 'Tokens out', 'Cost']
  const head = ['Agent', ...figures.map((label) => ({ label, numeric: true }))]
  const list = table({ caption: 'Usage by agent', head, rows, empty: 'No job has ended in this time.' })
  const hint = rows.length === 0 ? '' : html`<p class="hint">Jobs that ended, ${covers(activity)}</p>`
  return card('Usage by agent', html`${list}${hint}`)
}
