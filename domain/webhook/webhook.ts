import { type Fields, checkFields } from '../agent/definition.ts'
import { DefinitionError } from '../agent/errors.ts'
import type { JsonObject } from '../json/json.ts'
import { DEFAULT_TENANT } from '../tenant/policy.ts'
import type { WebhookAction } from './action.ts'

/** The headers of a request; names are read without regard to case. `Headers` of fetch is one. */
export interface WebhookHeaders {
  get(name: string): string | null
}

/** What a verifier may need beside the request. */
export interface VerifyContext {
  /** Epoch ms. */
  readonly now: number
}

/** An event whose sender is proven. */
export interface VerifiedEvent {
  /** The sender's id of the event. With the topic it says which deliveries are the same event. */
  readonly eventId: string
  /** What kind of event it is: `orders/create`. */
  readonly topic: string
  /** When it happened at the sender (epoch ms), if the sender says so. Events may come in another order. */
  readonly occurredAt?: number
  readonly payload: JsonObject
  /** What else the sender says of the event, such as the shop. Shown in the log. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** `refused`: the sender is not proven. `unreadable`: it is, and the message has no event in it. Both say why, to the sender. */
export type Verdict = VerifiedEvent | { readonly refused: string } | { readonly unreadable: string }

/** Says from the raw bytes and the headers what a request is. The bytes are as they were sent. */
export type Verify = (
  raw: Uint8Array<ArrayBuffer>,
  headers: WebhookHeaders,
  context: VerifyContext,
) => Verdict | Promise<Verdict>

/** What `handle` and `filter` get. */
export interface WebhookEvent extends VerifiedEvent {
  /** Errand's id of the event, the same for each delivery of it: `evt_…`. */
  readonly id: string
  /** The name of the webhook. */
  readonly source: string
}

/** Why an event is left alone, as the log will say; `null` for an event that is to be handled. */
export type Filter = (event: WebhookEvent) => string | null | Promise<string | null>

/** What is to be done about an event. Pure: the same event always has the same actions. */
export type Handle = (event: WebhookEvent) => readonly WebhookAction[]

export interface Webhook {
  /** Its path is `/webhooks/{name}`. */
  readonly name: string
  /** Owns what its events lead to, and its log. */
  readonly tenantId: string
  readonly verify: Verify
  readonly filter: Filter | null
  readonly handle: Handle
}

/** What an author writes. `tenant` is `default` unless given. */
export interface WebhookDefinition {
  readonly name: string
  readonly tenant?: string
  readonly verify: Verify
  readonly handle: Handle
  readonly filter?: Filter
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

const FIELDS: Fields<keyof WebhookDefinition> = {
  name: { type: 'text' },
  tenant: { type: 'text', optional: true },
  verify: { type: 'function' },
  handle: { type: 'function' },
  filter: { type: 'function', optional: true },
}

/** A source of events: who sends them, and what they lead to. @throws {DefinitionError} naming what is wrong. */
export function defineWebhook(definition: WebhookDefinition): Webhook {
  checkFields('webhook', definition, FIELDS)
  const { name, tenant = DEFAULT_TENANT, verify, handle, filter = null } = definition
  if (!NAME.test(name))
    throw new DefinitionError(
      `Webhook "${name}": the name must be 1 to 64 lower-case letters, digits or "-", because it is a part of the path.`,
    )
  return { name, tenantId: tenant, verify, filter, handle }
}

/** Whether `entry` is what `defineWebhook` makes. */
export function isWebhook(entry: object): boolean {
  return 'verify' in entry && 'handle' in entry && 'tenantId' in entry
}
