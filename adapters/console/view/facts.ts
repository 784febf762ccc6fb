import { html } from 'hono/html'
import type { Html } from '../route.ts'

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
