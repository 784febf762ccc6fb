import { html } from 'hono/html'
import type { Batch } from '#adapters/client/types.ts'
import { type Tone, badge } from '../../view/badge.ts'
import { figure } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { meter } from '../../view/meter.ts'
import { duration } from '../../view/time.ts'
import type { Html } from '../../route.ts'

type Counts = Batch['counts']

/** Items that have ended, one way or another. */
export function endedOf({ completed, failed, canceled, skipped }: Counts): number {
  return completed + failed + canceled + skipped
}

export function totalOf(counts: Counts): number {
  return endedOf(counts) + counts.pending + counts.running
}

export function batchMeter({ counts }: Batch): Html {
  const ends = ['completed', 'skipped', 'failed', 'canceled'] as const
  const parts = ends.map((status) => ({ count: counts[status], tone: TONES[status] }))
  return meter({ label: 'Items that have ended', parts, total: totalOf(counts) })
}

/** `12 a second`, or a minute or an hour, so that slow batches have a figure too. */
export function paceOf({ itemsPerSecond }: Batch): string {
  if (itemsPerSecond === null) return 'not known yet'
  if (itemsPerSecond >= 1) return `${number(Math.round(itemsPerSecond * 10) / 10)} a second`
  if (itemsPerSecond * 60 >= 1) return `${number(Math.round(itemsPerSecond * 600) / 10)} a minute`
  return `${number(Math.round(itemsPerSecond * 36_000) / 10)} an hour`
}

/** How long it will still take, at the pace of the last minutes. */
export function timeLeft({ estimatedFinishAt }: Batch, now: number): string {
  return estimatedFinishAt === null ? 'not known yet' : duration(Math.max(0, Date.parse(estimatedFinishAt) - now))
}

const TONES: Readonly<Record<keyof Counts, Tone>> = {
  failed: 'bad',
  running: 'busy',
  completed: 'good',
  pending: 'quiet',
  canceled: 'quiet',
  skipped: 'quiet',
}

/** A tile for each status of items, which leads to them. @param hrefOf address of the items in a status. */
export function statusTiles({ counts }: Batch, hrefOf: (status: string) => string): Html {
  const tiles = Object.entries(counts).map(([status, count]) =>
    figure(badge(status, TONES[status as keyof Counts]), number(count), hrefOf(status)),
  )
  return html`<div class="tiles">${tiles}</div>`
}
