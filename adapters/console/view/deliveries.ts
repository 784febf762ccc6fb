import { html } from 'hono/html'
import type { BatchDelivery, Delivery } from '#adapters/client/types.ts'
import type { Html } from '../route.ts'
import type { Visit } from '../visit.ts'
import { badge } from './badge.ts'
import { actionButton } from './button.ts'
import { card } from './card.ts'
import { table } from './table.ts'
import { time } from './time.ts'

export type Sent = Delivery | BatchDelivery

/** Whose messages they are. */
export interface Owner {
  /** Of its page, below `/console`. */
  readonly path: string
  /** Where its messages go. */
  readonly url: string
}

export function deliveriesCard(visit: Visit, { path, url }: Owner, deliveries: readonly Sent[]): Html {
  const rows = deliveries.map((delivery) => {
    const { event, status, attemptCount, nextAttemptAt } = delivery
    const isOver = visit.may('submit') && status !== 'pending'
    return [
      html`<code>${event}</code>`,
      badge(status),
      attemptCount,
      lastAnswer(delivery) ?? '–',
      time(nextAttemptAt),
      isOver ? actionButton({ action: visit.href(redeliverPath(path, delivery)), label: 'Redeliver' }) : '',
    ]
  })
  const head = ['Event', 'Status', { label: 'Attempts', numeric: true }, 'Last answer', 'Next attempt', 'Action']
  const list = table({ caption: 'Deliveries', head, rows, empty: 'Nothing has been sent yet.' })
  return card(
    'Deliveries',
    html`<p class="dim">To ${url}</p>
      ${list}`,
  )
}

/** Messages that are tried no more, each with its answer; `null` where there are none. */
export function failedCallbacks(visit: Visit, path: string, deliveries: readonly Sent[]): Html | null {
  const failed = deliveries.filter(({ status }) => status === 'failed')
  if (failed.length === 0) return null
  return html`${failed.map(
    (delivery) =>
      html`<section class="ask" id="callback-${delivery.id}">
        <p>
          The callback <code>${delivery.event}</code> was given up after ${delivery.attemptCount} attempts, the last
          ${time(delivery.attempts?.at(-1)?.at)}: <strong>${lastAnswer(delivery) ?? 'no answer'}</strong>
        </p>
        ${visit.may('submit') ? actionButton({ action: visit.href(redeliverPath(path, delivery)), label: 'Redeliver', kind: 'primary' }) : ''}
      </section>`,
  )}`
}

/** What a page says of its own messages before all else. */
export function undelivered(visit: Visit, path: string, deliveries: readonly Sent[]): Html {
  const withheld = deliveries.filter(({ status }) => status === 'gone')
  const gone = html`<p class="ask">
    The receiver of the callbacks wants no more messages (HTTP 410), so
    ${withheld.map(({ event }, at) => html`${at > 0 ? ', ' : ''}<code>${event}</code>`)} did not arrive. If it should
    get them after all, redeliver one below.
  </p>`
  return html`${failedCallbacks(visit, path, deliveries) ?? ''} ${withheld.length > 0 ? gone : ''}`
}

function redeliverPath(path: string, { id }: Sent): string {
  return `${path}/deliveries/${encodeURIComponent(id)}/redeliver`
}

function lastAnswer({ attempts }: Sent): string | null {
  const last = attempts?.at(-1)
  return last?.reason ?? (last?.status ? `HTTP ${String(last.status)}` : null)
}
