import { canonicalJson, type JsonValue } from '../json/json.ts'
import type { Actor } from '../tenant/actor.ts'
import { ProposalConflictError } from './errors.ts'
import type { WriteEvent } from './event.ts'
import type { WriteRecord, WriteFlag, WriteStatus } from './write.ts'

/** What a caller wants done with a proposal, or with a write that its job has made. */
export type WriteDecision =
  | { readonly action: 'approve'; readonly after?: JsonValue }
  | { readonly action: 'reject'; readonly reason?: string }
  | { readonly action: 'apply' | 'undo' }

export const DECISION_ACTIONS = ['approve', 'reject', 'apply', 'undo'] as const

export type DecisionAction = (typeof DECISION_ACTIONS)[number]

/** What has been decided or done already: repeating it changes nothing. */
const DONE: Readonly<Record<DecisionAction, readonly WriteStatus[]>> = {
  approve: ['approved'],
  reject: ['rejected'],
  apply: ['applying', 'applied'],
  undo: ['undoing', 'undone'],
}

/** What may become of a write at all, by what is asked; the rest depends on what was asked before. */
const POSSIBLE: Readonly<Record<DecisionAction, readonly WriteStatus[]>> = {
  approve: ['proposed', 'rejected', 'approved'],
  reject: ['proposed', 'approved', 'stale', 'failed'],
  apply: ['approved', 'undone', 'stale', 'failed'],
  undo: ['applied', 'stale', 'failed'],
}

/** The statuses that a bulk operation acts on: never on what was rejected or undone, or needs a look first. */
export const BULK_STATUSES: Readonly<Record<DecisionAction, readonly WriteStatus[]>> = {
  approve: ['proposed'],
  reject: ['proposed', 'approved'],
  apply: ['approved'],
  undo: ['applied'],
}

export interface Deciding {
  readonly by: Actor
  readonly at: number
  /** What is said about an edited `after`. */
  readonly flags: readonly WriteFlag[]
  /** The statuses in which it is meant, where not all that are possible are. */
  readonly only?: readonly WriteStatus[] | undefined
}

/**
 * The event that the decision makes; `null` where it is so already.
 * @throws {ProposalConflictError}
 */
export function eventFor(
  write: WriteRecord,
  decision: WriteDecision,
  { by, at, flags, only }: Deciding,
): WriteEvent | null {
  const { callId } = write
  if (isDone(write, decision)) return null
  if (!isPossible(write, decision, only)) throw new ProposalConflictError(write.id, write.status, decision.action)
  switch (decision.action) {
    case 'approve': {
      const edited = decision.after !== undefined && { after: decision.after, ...(flags.length > 0 && { flags }) }
      return { type: 'write.approved', at, callId, by, ...edited }
    }
    case 'reject':
      return {
        type: 'write.rejected',
        at,
        callId,
        by,
        ...(decision.reason !== undefined && { reason: decision.reason }),
      }
    case 'apply':
    case 'undo':
      return { type: 'write.requested', at, callId, action: decision.action, by }
  }
}

/** Whether the two are the same value. */
export function isSame(a: JsonValue, b: JsonValue): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

function isDone(write: WriteRecord, decision: WriteDecision): boolean {
  if (!DONE[decision.action].includes(write.status)) return false
  return decision.action !== 'approve' || decision.after === undefined || isSame(decision.after, write.after)
}

function isPossible(write: WriteRecord, { action: asked }: WriteDecision, only: Deciding['only']): boolean {
  const { status, mode } = write
  if (only && !only.includes(status)) return false
  // What its job has made was not proposed to a person.
  if (mode === 'apply' && (asked === 'approve' || asked === 'reject')) return false
  return POSSIBLE[asked].includes(status) && mayFollow(write, asked)
}

/** What may be asked after a try that wrote nothing depends on what was tried. */
function mayFollow({ status, action }: WriteRecord, asked: DecisionAction): boolean {
  if (status !== 'stale' && status !== 'failed') return true
  if (asked === 'undo') return status === 'failed' || action === 'undo'
  return action !== 'undo'
}
