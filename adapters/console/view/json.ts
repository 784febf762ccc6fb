import { html } from 'hono/html'
import type { JsonValue } from '#domain/json/json.ts'
import type { Html } from '../route.ts'

/** Characters of JSON that stay on one line. */
const ONE_LINE = 60
/** Characters that are shown at once; what is longer is folded. */
const FOLDED = 800
/** Characters of one value that a page shows at all. */
const MOST = 200_000

/** JSON, or a text, as it is: never as markup. */
export function jsonBlock(value: JsonValue | object, label = 'Show all'): Html {
  const text = typeof value === 'string' ? value : jsonText(value)
  if (text === '') return html`<p class="dim">Empty.</p>`
  if (text.length <= FOLDED) return html`<pre class="value" tabindex="0">${text}</pre>`
  const shown = text.length > MOST ? `${text.slice(0, MOST)}\n… ${String(text.length - MOST)} characters more` : text
  return html`<details class="fold">
    <summary>
      <span class="cut">${text.slice(0, 300)} …</span>
      <span class="more">${label} (${number(text.length)} characters)</span>
    </summary>
    <pre class="value" tabindex="0">${shown}</pre>
  </details>`
}

/** Characters of a value that is there to be recognised. */
const GLANCE = 300

/** The beginning of JSON, or of a text, on one line. */
export function glance(value: JsonValue): Html {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return html`<code>${text.length <= GLANCE ? text : `${text.slice(0, GLANCE)} …`}</code>`
}

function jsonText(value: JsonValue | object): string {
  const line = JSON.stringify(value)
  return line.length <= ONE_LINE ? line : JSON.stringify(value, null, 2)
}

const FORMAT = new Intl.NumberFormat('en')

/** `12,345`. */
export function number(value: number): string {
  return FORMAT.format(value)
}

/** `2,001+` where not all were counted. */
export function numberSoFar(value: number, isWhole: boolean): string {
  return `${number(value)}${isWhole ? '' : '+'}`
}
