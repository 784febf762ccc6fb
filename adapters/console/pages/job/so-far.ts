import { html } from 'hono/html'
import { costText } from '#domain/money/dollars.ts'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { figure } from '../../view/card.ts'
import { number } from '../../view/json.ts'

/** What an unfinished job has used by the events of a page. Its receipt comes with its end. */
export function soFar(events: readonly Stored[], isWhole: boolean): Html {
  const count = (name: Stored['event']): number => events.filter(({ event }) => event === name).length
  const modelCalls = count('model_call.started')
  if (modelCalls === 0) return html``
  const failed = count('model_call.failed')
  const used = events.flatMap(useOf)
  const tiles = [
    figure('Model calls', number(modelCalls)),
    figure('Tool calls', number(count('tool_call.started'))),
    figure('Tokens in', number(sum(used.map(({ inputTokens }) => inputTokens)))),
    figure('Tokens out', number(sum(used.map(({ outputTokens }) => outputTokens)))),
    figure('Cost so far', used.length === 0 ? '–' : costOf(used)),
    ...(failed > 0 ? [figure('Model calls failed', number(failed))] : []),
  ]
  const hint = html`<p class="hint">Of the events below. The figures of the whole job come with its end.</p>`
  return html`<div class="tiles">${tiles}</div>
    ${isWhole ? '' : hint}`
}

interface Use {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicros: number | null
}

/** A call that failed has none where the provider did not say. */
function useOf({ event, data }: Stored): Use | readonly [] {
  if (event === 'model_call.completed') return { ...data.usage, costMicros: data.costMicros }
  if (event === 'model_call.failed' && data.usage) return { ...data.usage, costMicros: data.costMicros ?? null }
  return []
}

function costOf(used: readonly Use[]): string {
  const priced = used.flatMap(({ costMicros }) => costMicros ?? [])
  const costMicros = priced.length === 0 ? null : sum(priced)
  return costText({ costMicros, unpricedCalls: used.length - priced.length })
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}
