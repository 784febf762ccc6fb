import { html } from 'hono/html'
import type { JobActivity } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'

type Used = Pick<JobActivity['agents'][number], 'usage' | 'costMicros' | 'unpricedCalls'>

export interface UsageRow extends Used {
  readonly name: Html | string
  /** How many, and how many of them failed. */
  readonly counts: readonly [all: number, failed: number]
}

export interface UsageTable {
  /** What a row is of. */
  readonly of: 'agent' | 'model'
  /** What is counted. */
  readonly counted: string
  readonly rows: readonly UsageRow[]
  /** What the figures cover. */
  readonly hint: string
}

/** Figures of usage, a row for each agent or model. */
export function usageCard({ of, counted, rows, hint }: UsageTable): Html {
  const cells = rows.map(({ name, counts, usage, ...cost }) => [
    name,
    ...[...counts, usage.inputTokens, usage.cachedInputTokens, usage.outputTokens].map(number),
    costText(cost),
  ])
  const figures = [counted, 'Failed', 'Tokens in', 'Cached', 'Tokens out', 'Cost']
  const head = [of === 'agent' ? 'Agent' : 'Model', ...figures.map((label) => ({ label, numeric: true }))]
  const title = `Usage by ${of}`
  const list = table({ caption: title, head, rows: cells, empty: 'No job has ended in this time.' })
  return card(title, html`${list}${rows.length === 0 ? '' : html`<p class="hint">${hint}</p>`}`)
}
