import type { Webhook, WebhookEvent } from '../client/types.ts'
import { table } from './text-table.ts'

export function webhookTable(webhooks: readonly Webhook[]): string {
  const rows = webhooks.map(({ name, filtered, missed }) => [
    name,
    `POST /webhooks/${name}`,
    filtered ? 'yes' : 'no',
    missedText(missed),
  ])
  return table([['NAME', 'DELIVERED TO', 'FILTER', 'MISSED EVENTS'], ...rows])
}

function missedText(missed: Webhook['missed']): string {
  if (!missed) return 'not looked for'
  const { sweptUntil, found, failure } = missed
  if (failure) return `failed at ${failure.at}: ${failure.reason}`
  return sweptUntil === null ? 'not looked for yet' : `${String(found)} found, looked for until ${sweptUntil}`
}

export function eventTable(events: readonly WebhookEvent[]): string {
  const rows = events.map((event) => [
    event.id,
    event.receivedAt,
    event.topic ?? '',
    event.outcome.replaceAll('_', ' '),
    String(event.deliveries),
    ledTo(event),
  ])
  return table([['ID', 'RECEIVED', 'TOPIC', 'OUTCOME', 'DELIVERIES', 'LED TO'], ...rows])
}

/** An event for a person: where it comes from, what it led to, and what happens next. */
export function describeEvent(event: WebhookEvent): string {
  const { eventId, topic, outcome, reason, occurredAt, receivedAt, lastDeliveryAt, metadata } = event
  const facts: Readonly<Record<string, string | null | undefined>> = {
    topic,
    outcome: outcome.replaceAll('_', ' '),
    reason,
    'event id': eventId,
    occurred: occurredAt,
    received: receivedAt,
    'found by': event.foundBy === 'sweep' ? 'the look for missed events' : null,
    deliveries: event.deliveries <= 1 ? null : `${String(event.deliveries)}, the last at ${lastDeliveryAt}`,
    tries: event.tries === 1 ? null : String(event.tries),
    'next try': event.retryAt,
    replays: event.replays === 0 ? null : String(event.replays),
    ...metadata,
  }
  const rows = Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : []))
  const results = event.results.map(resultRow)
  return [
    `${event.id}\n`,
    indented(table(rows)),
    ...(results.length > 0 ? ['\nLed to\n', indented(table(results))] : []),
  ].join('')
}

/** In one cell: the first result and the number of the others, or why there is none. */
function ledTo({ results, reason }: WebhookEvent): string {
  const [first, ...others] = results
  if (first === undefined) return reason ?? ''
  const text = resultRow(first)
    .filter((cell) => cell !== '')
    .join(' ')
  return others.length === 0 ? text : `${text}, and ${String(others.length)} more`
}

function resultRow(result: WebhookEvent['results'][number]): readonly string[] {
  if (result.type === 'submit') return ['job', result.jobId, result.agent]
  const { type, scheduleId, ignored } = result
  return [type, scheduleId, ignored ? 'ignored: a newer event was seen before' : '']
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
