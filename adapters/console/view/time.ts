import { html } from 'hono/html'
import type { Html } from '../route.ts'

/** A moment, in UTC. The script shows it relative to now, with the visitor's local time as its title. */
export function time(at: string | null | undefined): Html | string {
  if (at === null || at === undefined) return '–'
  return html`<time datetime="${at}" data-relative>${utc(at)}</time>`
}

/** The same in full, for what is read beside others. */
export function clockTime(at: string): Html {
  return html`<time datetime="${at}" data-local>${utc(at)}</time>`
}

function utc(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `90 ms`, `4.2 s`, `3 min 5 s`: two units at most. */
export function duration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const first = UNITS.findIndex(([, size]) => ms >= size)
  const [unit, size] = UNITS[first] ?? UNITS[3]
  const whole = Math.floor(ms / size)
  const next = UNITS[first + 1]
  const rest = next ? Math.floor((ms - whole * size) / next[1]) : 0
  return next && rest > 0 ? `${String(whole)} ${unit} ${String(rest)} ${next[0]}` : `${String(whole)} ${unit}`
}

/** Between two moments of the wire. */
export function elapsed(from: string, to: string): string {
  return duration(Math.max(0, Date.parse(to) - Date.parse(from)))
}
