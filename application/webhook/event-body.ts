import type { JsonObject } from '#domain/json/json.ts'
import type { WebhookAction } from '#domain/webhook/action.ts'
import type { WebhookEntry } from '#domain/webhook/event.ts'
import type { WebhookEvent } from '#domain/webhook/webhook.ts'
import type { Sealer } from '#ports/sealer.ts'
import type { StoredEvent } from '#ports/webhook-log.ts'
import type { Plan } from './plan-event.ts'

/** What is kept of an event's contents: encrypted, because it is about people. */
export interface EventBody {
  readonly payload: JsonObject
  /** What was decided when the event was recorded. A retry does this and not what a later release would. */
  readonly actions: readonly WebhookAction[] | null
}

/** The smallest row of any storage may have 2 MB, with all that is beside this. */
const MOST_SEALED = 1_500_000

/** `null` where it is too large to be kept. */
export async function sealBody(sealer: Sealer, { id, payload }: WebhookEvent, plan: Plan): Promise<string | null> {
  const body: EventBody = { payload, actions: plan.kind === 'act' ? plan.actions : null }
  const sealed = await sealer.seal(JSON.stringify(body), id)
  return sealed.length <= MOST_SEALED ? sealed : null
}

/** `null` where it was not kept, or cannot be read under the secret of today. */
export async function openBody(sealer: Sealer, { event, sealed }: StoredEvent): Promise<EventBody | null> {
  const text = sealed === null ? null : await sealer.open(sealed, event.id)
  return text === null ? null : (JSON.parse(text) as EventBody)
}

export function eventOf(entry: WebhookEntry, payload: JsonObject): WebhookEvent {
  const { id, source, eventId, topic, occurredAt, metadata } = entry
  return { id, source, eventId, topic, payload, metadata, ...(occurredAt !== null && { occurredAt }) }
}
