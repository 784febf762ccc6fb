import type { RecordKind, Stored } from '../record/kind.ts'

/** The fires that were submitted under one key of a limit, of every schedule of a tenant that names the key. */
export interface LimitWindow extends Stored {
  readonly key: string
  /** Oldest first. */
  readonly taken: readonly Taken[]
}

export interface Taken {
  /** The key of the fire: a repeat takes no second place. */
  readonly fire: string
  /** Epoch ms. */
  readonly at: number
  readonly until: number
}

/** Most fires that a limit may allow in its window. */
export const MAX_LIMIT = 1000

export const LIMIT_WINDOW = {
  name: 'limit',
  prefix: 'lim',
  format: 1,
  /** When the last fire counts no more, nothing of it is needed. */
  nextWakeAt: ({ taken, updatedAt }: LimitWindow): number => Math.max(updatedAt, ...taken.map(({ until }) => until)),
} as const satisfies RecordKind<LimitWindow>
