import { html } from 'hono/html'
import type { Html } from '../route.ts'
import type { Tone } from './badge.ts'
import { number } from './json.ts'

export interface Meter {
  /** What is counted, for screen readers. */
  readonly label: string
  /** What is done, one part a kind of end, from the left. */
  readonly parts: readonly { readonly count: number; readonly tone: Tone }[]
  readonly total: number
}

/** How far something has come, and how it went: as a bar and in figures. */
export function meter({ label, parts, total }: Meter): Html {
  const done = parts.reduce((sum, { count }) => sum + count, 0)
  const whole = String(Math.max(total, 1))
  let x = 0
  const shapes = parts.map(({ count, tone }) => {
    const at = x
    x += count
    return html`<rect class="${tone}" x="${String(at)}" width="${String(count)}" height="1"></rect>`
  })
  return html`<div
      class="meter"
      role="progressbar"
      aria-label="${label}"
      aria-valuemax="${whole}"
      aria-valuenow="${String(done)}"
    >
      <svg viewBox="0 0 ${whole} 1" preserveAspectRatio="none" aria-hidden="true">${shapes}</svg>
    </div>
    <span class="dim">${number(done)} of ${number(total)}${percent(done, total)}</span>`
}

/** Never 100 before all is done. */
function percent(done: number, total: number): string {
  return total === 0 ? '' : ` ·\u00a0${String(Math.floor((done * 100) / total))}\u00a0%`
}
