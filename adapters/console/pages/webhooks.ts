import { html } from 'hono/html'
import type { Webhook, WebhookEvent } from '#adapters/client/types.ts'
import { WEBHOOK_OUTCOMES } from '#domain/webhook/event.ts'
import { onceKey } from '../once.ts'
import { type ConsoleRoute, type Html, type Page, get, post } from '../route.ts'
import { type Tone, badge } from '../view/badge.ts'
import { actionButton } from '../view/button.ts'
import { card, heading } from '../view/card.ts'
import { facts, metadataCard } from '../view/facts.ts'
import { choice, filterText, filters, queryOf, withQuery } from '../view/field.ts'
import { number } from '../view/json.ts'
import { pager } from '../view/pager.ts'
import { table } from '../view/table.ts'
import { time } from '../view/time.ts'
import type { Visit } from '../visit.ts'
import { meaning } from './job/ending.ts'

export const WEBHOOKS: readonly ConsoleRoute[] = [
  get('/webhooks', showWebhooks),
  get('/webhooks/:name', showEvents),
  get('/webhooks/:name/:id', showEvent),
  post('/webhooks/:name/:id/replay', async ({ api, param, form }) => {
    const idempotencyKey = await onceKey(await form())
    const { webhook, id, outcome } = await api.webhooks.replay(param('name'), param('id'), { idempotencyKey })
    return { to: pathOf(webhook, id), notice: `Handled again: ${outcome.replaceAll('_', ' ')}.` }
  }),
]

async function showWebhooks({ api, href }: Visit): Promise<Page> {
  const webhooks = await api.webhooks.list()
  return {
    title: 'Webhooks',
    section: 'webhooks',
    body: html`${heading('Webhooks')}
    ${table({
      caption: 'Webhooks',
      head: ['Webhook', 'Address', 'Filter', 'Missed events'],
      rows: webhooks.map(({ name, filtered, missed, links }) => [
        html`<a href="${href(pathOf(name))}">${name}</a>`,
        html`<code>POST ${links.self}</code>`,
        filtered ? 'some events are left alone' : 'none',
        missedOf(missed),
      ]),
      empty: html`No webhook is declared. <code>defineWebhook</code> in <code>errand.config.ts</code> makes one.`,
    })}`,
  }
}

/** How far events have been looked for that the sender did not deliver. */
function missedOf(missed: Webhook['missed']): Html | string {
  if (missed === null) return 'not looked for'
  const { sweptUntil, found, failure } = missed
  const until = sweptUntil === null ? 'not looked for yet' : html`looked for until ${time(sweptUntil)}`
  return html`${until}${found > 0 ? `, ${number(found)} found` : ''}${
    failure === null
      ? ''
      : html`<div class="problem">
          The last look failed ${time(failure.at)}, the next is ${time(failure.retryAt)}: ${failure.reason}
        </div>`
  }`
}

async function showEvents(visit: Visit): Promise<Page> {
  const name = visit.param('name')
  const query = queryOf(visit, ['outcome', 'topic', 'page_token'])
  const { outcome, ...rest } = query
  const known = WEBHOOK_OUTCOMES.find((one) => one === outcome)
  const { events, next_page_token: next } = await visit.api.webhooks.page(name, {
    ...rest,
    ...(known && { outcome: known }),
  })
  const path = visit.href(pathOf(name))
  return {
    title: `Webhook ${name}`,
    section: 'webhooks',
    body: html`${heading(`Webhook ${name}`)}
      ${filters(path, [
        choice({ name: 'outcome', label: 'Outcome', values: WEBHOOK_OUTCOMES, chosen: outcome }),
        filterText('topic', 'Topic', query.topic),
      ])}
      <div id="events" data-live data-refresh="5">
        ${table({
          caption: 'Events of the last seven days, newest first',
          head: ['Event', 'Topic', 'Outcome', 'Led to', 'Received', { label: 'Deliveries', numeric: true }],
          rows: events.map((event) => rowOf(event, visit)),
          empty: 'There are no such events of the last seven days.',
        })}
      </div>
      ${pager({ here: withQuery(path, query), next, isLater: 'page_token' in query })}`,
  }
}

const TONES: Readonly<Record<string, Tone>> = { done: 'good', handler_failed: 'bad', pending: 'busy' }

function rowOf(event: WebhookEvent, visit: Visit) {
  const { id, webhook, eventId, topic, outcome, receivedAt, foundBy, deliveries } = event
  return [
    html`<a href="${visit.href(pathOf(webhook, id))}">${eventId ?? id}</a>`,
    topic ?? '–',
    badge(outcome, TONES[outcome]),
    ledTo(event, visit),
    html`${time(receivedAt)}${foundBy === 'sweep' ? html` <span class="dim">missed, found later</span>` : ''}`,
    number(deliveries),
  ]
}

/** What came of an event, or why nothing did. */
function ledTo({ results, reason }: WebhookEvent, { href }: Visit): Html | string {
  if (results.length === 0 && reason === undefined) return '–'
  const links = results.map((result) =>
    result.type === 'submit'
      ? html`<li>job <a href="${href(`/jobs/${result.jobId}`)}">${result.agent}</a></li>`
      : html`<li>
          ${result.type}
          <a href="${href(`/schedules/${encodeURIComponent(result.scheduleId)}`)}">${result.scheduleId}</a>${
            result.ignored ? html` <span class="dim">ignored: a newer event was seen</span>` : ''
          }
        </li>`,
  )
  return html`${
    links.length > 0
      ? html`<ul class="plain">
          ${links}
        </ul>`
      : ''
  }${reason === undefined ? '' : html`<span class="dim">${reason}</span>`}`
}

async function showEvent(visit: Visit): Promise<Page> {
  const event = await visit.api.webhooks.event(visit.param('name'), visit.param('id'))
  const { webhook, id, eventId, topic, outcome } = event
  const confirm = 'Handle this event again? One that was handled leads to new jobs.'
  const action = visit.href(`${pathOf(webhook, id)}/replay`)
  return {
    title: `Event ${eventId ?? id}`,
    section: 'webhooks',
    body: html`${heading(
        html`${topic ?? 'Event'} ${badge(outcome, TONES[outcome])}`,
        visit.may('submit') ? actionButton({ action, label: 'Replay', once: true, confirm }) : '',
      )}
      <p><a href="${visit.href(pathOf(webhook))}">All events of ${webhook}</a></p>
      <div id="event" class="live" data-live data-refresh="5">
        ${failure(event, visit)}
        ${card('Led to', event.results.length > 0 || event.reason !== undefined ? ledTo(event, visit) : 'Nothing.')}
        ${card('Event', definition(event))} ${metadataCard(event.metadata)}
      </div>`,
  }
}

/** Why it was not handled, and what to do, before all else of it. */
function failure({ outcome, reason, retryAt }: WebhookEvent, visit: Visit): Html | '' {
  if (outcome !== 'handler_failed') return ''
  const next = retryAt === null ? 'It is not tried again by itself.' : html`It is tried again ${time(retryAt)}.`
  return html`<div class="error">
    <p><strong>The handler failed: ${reason ?? 'no reason is known'}</strong></p>
    <p>
      ${next} Mend the handler and deploy it. Then replay the event.
      ${meaning(visit, { code: 'webhook_handler_failed' })}
    </p>
  </div>`
}

function definition(event: WebhookEvent): Html {
  return facts({
    "Sender's id": event.eventId,
    Id: html`<code>${event.id}</code>`,
    Occurred: event.occurredAt ? time(event.occurredAt) : null,
    Received: time(event.receivedAt),
    'Found by': event.foundBy === 'sweep' ? 'the look for missed events' : 'a delivery',
    Deliveries:
      event.deliveries === 0 ? 'none' : html`${number(event.deliveries)}, the last ${time(event.lastDeliveryAt)}`,
    Tries: event.tries,
    'Tried again': event.retryAt === null ? null : time(event.retryAt),
    Replays: event.replays,
  })
}

function pathOf(name: string, id?: string): string {
  const path = `/webhooks/${encodeURIComponent(name)}`
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`
}
