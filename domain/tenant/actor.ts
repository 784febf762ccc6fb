import { canonicalJson } from '../json/json.ts'

/**
 * Who caused an event or a change. Stored with it, so these forms are read for ever. New kinds may come, and a reader
 * passes on a kind that it does not know. It never holds a secret.
 *
 * - `key`: a caller with an API key; `id` is the public part of the key.
 * - `keyless`: a program on the server's machine, while there are no API keys.
 * - `cli`: a command on the machine that holds the data.
 * - `operation`: the bulk operation `id`, which `for` has started.
 * - `schedule`: the schedule `id`, which `for` has set up or changed last.
 * - `webhook`: the event `event` of the webhook `id`; `for` the caller who had it replayed.
 * - `batch`: the batch `id`, which `for` has created.
 * - `system`: Errand itself; `id` names the part that acted.
 */
export type Actor =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'keyless' }
  | { readonly kind: 'cli' }
  | { readonly kind: 'operation'; readonly id: string; readonly for: Actor }
  | { readonly kind: 'schedule'; readonly id: string; readonly for: Actor }
  | { readonly kind: 'webhook'; readonly id: string; readonly event: string; readonly for?: Actor }
  | { readonly kind: 'batch'; readonly id: string; readonly for: Actor }
  | { readonly kind: 'system'; readonly id: 'retention' | 'settings' | 'code' }

export function isSameActor(a: Actor, b: Actor): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

const NAMES: Readonly<Record<string, string>> = {
  keyless: 'a program on this machine',
  cli: 'the command line',
  system: 'Errand',
}

/** What people read of an actor, such as `key 3f9a0c1be4d27a65`. */
export function nameOfActor({ kind, id }: { readonly kind: string; readonly id?: string | undefined }): string {
  return NAMES[kind] ?? (id === undefined ? kind : `${kind} ${id}`)
}

export const KEYLESS: Actor = { kind: 'keyless' }

export const CLI: Actor = { kind: 'cli' }

/** Makes the keys of `ERRAND_API_KEYS`. */
export const SETTINGS: Actor = { kind: 'system', id: 'settings' }

/** Deletes jobs that were kept for long enough. */
export const RETENTION: Actor = { kind: 'system', id: 'retention' }

/** Sets up what the author's code declares, such as schedules. */
export const CODE: Actor = { kind: 'system', id: 'code' }
