import { html } from 'hono/html'
import type { UsageReport } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { daysOf } from './models.ts'

/** Runs without a job, which no table of jobs has; nothing where there were none. */
export function runCard({ agents, total, ...days }: UsageReport): Html | string {
  if (total.runs.count === 0) return ''
  const rows = agents.filter(({ runs }) => runs.count > 0).map(({ agent, runs }) => [agent, ...cells(runs)])
  const head = ['Agent', { label: 'Runs', numeric: true }, { label: 'Cost', numeric: true }]
  const list = table({ caption: 'Runs without a job', head, rows: [...rows, ['All', ...cells(total.runs)]], empty: '' })
  const hint = html`<p class="hint">
    <code>POST /run</code> and <code>errand run</code>, as far as they ended ${daysOf(days)}. Among the figures of jobs,
    only usage by model has them.
  </p>`
  return card('Runs without a job', html`${list}${hint}`)
}

function cells({ count, ...cost }: UsageReport['total']['runs']): readonly string[] {
  return [number(count), costText(cost)]
}
