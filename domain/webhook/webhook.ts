import { type Fields, checkFields } from '../agent/definition.ts'
import { DefinitionError } from '../agent/errors.ts'
import { DEFAULT_TENANT } from '../tenant/policy.ts'
import type { WebhookAction } from './action.ts'
import { type MissedEvents, checkMissed } from './missed.ts'
import type { VerifiedEvent } from './verified-event.ts'

/** The headers of a request; names are read without regard to case. `Headers` of fetch is one. */
export interface WebhookHeaders {
  get(name: string): string | null
}

/** What a verifier may need beside the request. */
export interface VerifyContext {
  /** Epoch ms. */
  readonly now: number
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

/**
 * What makes two messages the same event, in place of the sender's id. An event that was delivered and one that was found
 * have the same text. `null` leaves it to `eventId`. Pure.
 */
export type Identity = (event: VerifiedEvent) => string | null

export interface Webhook {
  /** Its path is `/webhooks/{name}`. */
  readonly name: string
  /** Owns what its events lead to, and its log. */
  readonly tenantId: string
  readonly verify: Verify
  readonly filter: Filter | null
  readonly handle: Handle
  readonly identity: Identity | null
  readonly missed: MissedEvents | null
}

/** What an author writes. `tenant` is `default` unless given. */
export interface WebhookDefinition {
  readonly name: string
  readonly tenant?: string
  readonly verify: Verify
  readonly handle: Handle
  readonly filter?: Filter
  readonly identity?: Identity
  /** Finds the events that the sender did not deliver. */
  readonly missed?: MissedEvents
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

const FIELDS: Fields<keyof WebhookDefinition> = {
  name: { type: 'text' },
  tenant: { type: 'text', optional: true },
  verify: { type: 'function' },
  handle: { type: 'function' },
  filter: { type: 'function', optional: true },
  identity: { type: 'function', optional: true },
  missed: { type: 'object', optional: true },
}

/** A source of events: who sends them, and what they lead to. @throws {DefinitionError} naming what is wrong. */
export function defineWebhook(definition: WebhookDefinition): Webhook {
  checkFields('webhook', definition, FIELDS)
  const { name, tenant = DEFAULT_TENANT, verify, handle } = definition
  const { filter = null, identity = null, missed = null } = definition
  if (!NAME.test(name))
    throw new DefinitionError(
      `Webhook "${name}": the name must be 1 to 64 lower-case letters, digits or "-", because it is a part of the path.`,
    )
  if (missed) checkMissed(name, missed)
  return { name, tenantId: tenant, verify, filter, handle, identity, missed }
}

/** Whether `entry` is what `defineWebhook` makes. */
export function isWebhook(entry: object): boolean {
  return 'verify' in entry && 'handle' in entry && 'tenantId' in entry
}
