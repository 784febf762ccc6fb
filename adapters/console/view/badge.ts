import { html } from 'hono/html'
import type { Html } from '../route.ts'

/** How a state looks: it is said by a word and a shape, and colour only repeats it. */
export type Tone = 'good' | 'bad' | 'busy' | 'attention' | 'quiet'

const SHAPES: Record<Tone, string> = { good: '✓', bad: '✕', busy: '●', attention: '◆', quiet: '○' }

const TONES: Readonly<Record<string, Tone>> = {
  queued: 'quiet',
  running: 'busy',
  waiting: 'attention',
  completed: 'good',
  failed: 'bad',
  canceled: 'quiet',
  // Of deliveries.
  pending: 'quiet',
  delivered: 'good',
  gone: 'bad',
  // Of batches, schedules, webhooks and proposals.
  open: 'busy',
  active: 'good',
  paused: 'attention',
  stopped: 'bad',
  ended: 'quiet',
  proposed: 'attention',
  approved: 'good',
  applied: 'good',
  rejected: 'quiet',
  undone: 'quiet',
  conflict: 'bad',
  revoked: 'quiet',
}

/** A status of anything on the wire; one that is not known here looks quiet. */
export function badge(status: string, tone: Tone = TONES[status] ?? 'quiet'): Html {
  return html`<span class="badge ${tone}"
    ><span class="shape" aria-hidden="true">${SHAPES[tone]}</span>${status.replaceAll('_', ' ')}</span
  >`
}
