import { html } from 'hono/html'
import { type DiffPart, wordDiff } from '#adapters/web/word-diff.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Html } from '../route.ts'

/** Characters of a value that are compared and shown: a page has many of them. */
const MOST = 20_000

export interface Compared {
  readonly before: JsonValue
  readonly after: JsonValue
  readonly labels?: readonly [before: string, after: string]
}

/** Two values side by side, one below the other where the screen is narrow, with the changed words marked. */
export function sideBySide({ before, after, labels = ['Before', 'After'] }: Compared): Html {
  const { parts, isCoarse } = wordDiff(textOf(before), textOf(after))
  return html`<div class="diff">
      ${side(
        labels[0],
        before,
        parts.filter(({ kind }) => kind !== 'added'),
      )}
      ${side(
        labels[1],
        after,
        parts.filter(({ kind }) => kind !== 'removed'),
      )}
    </div>
    ${isCoarse ? html`<p class="hint">The texts are large: passages are marked as a whole, not word by word.</p>` : ''}`
}

function side(label: string, value: JsonValue, parts: readonly DiffPart[]): Html {
  const text = value === null ? html`<span class="dim">nothing</span>` : parts.map(marked)
  return html`<figure>
    <figcaption>${label}</figcaption>
    <div class="text" tabindex="0">${text}</div>
  </figure>`
}

function marked({ kind, text }: DiffPart): Html | string {
  if (kind === 'removed') return html`<del>${text}</del>`
  return kind === 'added' ? html`<ins>${text}</ins>` : text
}

/** A text as it is, HTML as its source; anything else as JSON. */
export function textOf(value: JsonValue): string {
  if (value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return text.length > MOST ? `${text.slice(0, MOST)}\n… ${String(text.length - MOST)} characters more` : text
}
