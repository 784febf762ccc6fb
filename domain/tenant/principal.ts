import type { Actor } from './actor.ts'

/** What a key may be used for. `approve` is for calls that wait for a person's approval. `admin` includes the others, and is needed to delete. */
export const SCOPES = ['run', 'submit', 'read', 'cancel', 'approve', 'admin'] as const

export type Scope = (typeof SCOPES)[number]

/** Why these are no scopes for a key, in one sentence; `null` when they are. */
export function problemWithScopes(names: readonly string[]): string | null {
  const unknown = names.find((name) => !SCOPES.some((scope) => scope === name))
  if (unknown !== undefined) return `There is no scope "${unknown.slice(0, 40)}". Scopes: ${SCOPES.join(', ')}.`
  return names.length > 0 ? null : `A key needs a scope. Scopes: ${SCOPES.join(', ')}.`
}

/** Who is asking. */
export interface Principal {
  /** What events and records say of what this caller does. */
  readonly actor: Actor
  readonly tenantId: string
  readonly scopes: readonly Scope[]
}

export function mayDo({ scopes }: Pick<Principal, 'scopes'>, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}

/** How keys are stored. A release that changes what a key means adds one; a server of an older release then lets no caller in by such a key. */
export const API_KEY_FORMAT = 1

/** A key as it is stored: the key itself is nowhere but with its owner. */
export interface ApiKey extends Omit<Principal, 'actor'> {
  /** Never more than `API_KEY_FORMAT` in this release's own. Names, times and ids mean the same in every format. */
  readonly format: number
  /** The public part of the key, which finds it. */
  readonly id: string
  readonly name: string
  /** SHA-256 of the whole key, hex. */
  readonly hash: string
  readonly createdAt: number
  readonly createdBy: Actor
  readonly revokedAt: number | null
  readonly revokedBy: Actor | null
}
