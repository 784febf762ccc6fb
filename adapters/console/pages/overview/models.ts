import { html } from 'hono/html'
import type { UsageReport } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'

/** What the calls of each model used, the dearest model first; also of deleted jobs. */
export function modelCard({ models, from, to }: UsageReport): Html {
  const rows = models.map(({ model, modelCalls, failedModelCalls, usage, ...cost }) => [
    model ?? 'none, or not known',
    number(modelCalls),
    number(failedModelCalls),
    number(usage.inputTokens),
    number(usage.cachedInputTokens),
    number(usage.outputTokens),
    costText(cost),
  ])
  const figures = ['Calls', 'Failed', 'Tokens in', 'Cached', 'Tokens out', 'Cost']
  const head = ['Model', ...figures.map((label) => ({ label, numeric: true }))]
  const list = table({ caption: 'Usage by model', head, rows, empty: 'No job has ended in this time.' })
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`
  const hint = rows.length === 0 ? '' : html`<p class="hint">Jobs that ended ${days} (UTC), also deleted ones.</p>`
  return card('Usage by model', html`${list}${hint}`)
}
