import { html } from 'hono/html'
import type { Html } from '../route.ts'
import { number } from './json.ts'

export interface Meter {
  /** What is counted, for screen readers. */
  readonly label: string
  readonly done: number
  readonly total: number
}

/** How far something has come, as a bar and in figures. */
export function meter({ label, done, total }: Meter): Html {
  return html`<progress class="meter" aria-label="${label}" max="${String(Math.max(total, 1))}" value="${String(done)}">
      ${String(done)}</progress
    ><span class="dim">${number(done)} of ${number(total)}</span>`
}
