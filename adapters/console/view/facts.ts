import { html } from 'hono/html'
import type { Html } from '../route.ts'
import { card } from './card.ts'

/** Names and values in two columns; what is `null` is left out. */
export function facts(entries: Readonly<Record<string, Html | string | number | null | undefined>>): Html {
  const shown = Object.entries(entries).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const items = shown.map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  )
  return html`<dl class="facts">${items}</dl>`
}

/** Notes of a caller or a sender, in a card of their own: their names may be those of facts. */
export function metadataCard(metadata: Readonly<Record<string, string>> = {}): Html | '' {
  const entries = Object.entries(metadata).map(([name, value]): [string, Html | string] => [
    name,
    value === '' ? html`<span class="dim">empty</span>` : value,
  ])
  return entries.length === 0 ? '' : card('Metadata', facts(Object.fromEntries(entries)))
}
