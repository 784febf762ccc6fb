import { html } from 'hono/html'
import type { Html } from '../route.ts'

export interface Bar {
  /** What the bar stands for, such as a time; said when it is pointed at. */
  readonly label: string
  /** From the bottom up. */
  readonly parts: readonly { readonly value: number; readonly kind: Kind }[]
}

type Kind = 'good' | 'bad' | 'plain'

export interface BarChart {
  /** What the whole shows, for screen readers: the figures are in it. */
  readonly summary: string
  readonly bars: readonly Bar[]
  /** What each kind of part is. */
  readonly legend: Readonly<Partial<Record<Kind, string>>>
  /** Such as `12 jobs`. */
  readonly most: string
  /** Under the first and the last bar. */
  readonly ends: readonly [string, string]
}

const WIDTH = 480
const HEIGHT = 110
const TOP = 16
const BASE = HEIGHT - 18

/** Stacked bars as SVG, without a style attribute: the pages' policy forbids those. */
export function barChart({ summary, bars, legend, most, ends }: BarChart): Html {
  const highest = Math.max(1, ...bars.map(totalOf))
  const step = WIDTH / Math.max(1, bars.length)
  const width = Math.max(1, Math.min(28, step - 2))
  const shapes = bars.map((bar, index) => stacked(bar, { x: index * step + (step - width) / 2, width, highest }))
  return html`${legendOf(legend)}<svg
      class="chart"
      viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}"
      role="img"
      aria-label="${summary}"
    >
      <line class="axis" x1="0" x2="${String(WIDTH)}" y1="${String(BASE)}" y2="${String(BASE)}"></line>
      <line class="axis" x1="0" x2="${String(WIDTH)}" y1="${String(TOP)}" y2="${String(TOP)}"></line>
      <text x="0" y="11">${most}</text>
      ${shapes}
      <text x="0" y="${String(HEIGHT - 4)}">${ends[0]}</text>
      <text x="${String(WIDTH)}" y="${String(HEIGHT - 4)}" text-anchor="end">${ends[1]}</text>
    </svg>`
}

function legendOf(legend: BarChart['legend']): Html {
  const entries = Object.entries(legend).map(
    ([kind, label]) =>
      html`<span
        ><svg class="${kind}" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" /></svg>${label}</span
      >`,
  )
  return html`<p class="legend">${entries}</p>`
}

export function totalOf({ parts }: Bar): number {
  return parts.reduce((sum, { value }) => sum + value, 0)
}

interface Place {
  readonly x: number
  readonly width: number
  readonly highest: number
}

function stacked(bar: Bar, { x, width, highest }: Place): Html {
  let y = BASE
  const rects = bar.parts.map(({ value, kind }) => {
    const height = (value / highest) * (BASE - TOP)
    y -= height
    return html`<rect
      class="bar ${kind}"
      x="${x.toFixed(1)}"
      y="${y.toFixed(1)}"
      width="${width.toFixed(1)}"
      height="${height.toFixed(1)}"
    ></rect>`
  })
  return html`<g>
    <title>${bar.label}</title>
    ${rects}
  </g>`
}
