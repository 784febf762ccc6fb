import type { WriteSpec } from '../agent/tool.ts'
import { canonicalJson, type JsonValue } from '../json/json.ts'
import { type Actor, isSameActor } from '../tenant/actor.ts'
import { ProposalChangedError, ProposalConflictError } from './errors.ts'
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
  /** Of the write that the caller has seen; absent where any will do. */
  readonly version?: number | undefined
  readonly bulk?: BulkLimits | undefined
}

/** What a bulk operation leaves alone. */
export interface BulkLimits {
  /** The statuses in which it is meant; all that are possible where this is absent. */
  readonly statuses: readonly WriteStatus[] | undefined
  /** When it began (epoch ms): what another caller has asked for since then stands. */
  readonly since: number
}

/**
 * The event that the decision makes; `null` where it is so already.
 * @throws {ProposalConflictError} {ProposalChangedError}
 */
export function eventFor(write: WriteRecord, decision: WriteDecision, deciding: Deciding): WriteEvent | null {
  const { by, version = write.version, bulk } = deciding
  const isSeen = version === write.version
  if (isDone(write, decision) && (isSeen || isOwnRepeat(write, decision, by))) return null
  if (!isSeen) throw new ProposalChangedError(write, version)
  if (!isPossible(write, decision.action) || (bulk && !isMeant(write, bulk, by)))
    throw new ProposalConflictError(write.id, write.status, decision.action)
  return eventOf(write, decision, deciding)
}

function eventOf({ callId }: WriteRecord, decision: WriteDecision, { by, at, flags }: Deciding): WriteEvent {
  const of = { at, callId, by }
  switch (decision.action) {
    case 'approve': {
      const edited = decision.after !== undefined && { after: decision.after, ...(flags.length > 0 && { flags }) }
      return { type: 'write.approved', ...of, ...edited }
    }
    case 'reject':
      return { type: 'write.rejected', ...of, ...(decision.reason !== undefined && { reason: decision.reason }) }
    case 'apply':
    case 'undo':
      return { type: 'write.requested', ...of, action: decision.action }
  }
}

/** Whether the two are the same value. */
export function isSame(a: JsonValue, b: JsonValue): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

/** Whether what is found is what was written, also in the form that the other system gives it. */
export function isWritten({ same }: Pick<WriteSpec, 'same'>, found: JsonValue, written: JsonValue): boolean {
  return isSame(found, written) || same?.(found, written) === true
}

function isDone(write: WriteRecord, decision: WriteDecision): boolean {
  if (!DONE[decision.action].includes(write.status)) return false
  return decision.action !== 'approve' || decision.after === undefined || isSame(decision.after, write.after)
}

/** Whether the same caller has decided it so, and only the answer was lost. */
function isOwnRepeat(write: WriteRecord, decision: WriteDecision, by: Actor): boolean {
  const isOfReview = decision.action === 'approve' || decision.action === 'reject'
  const maker = isOfReview ? write.decidedBy : write.requestedBy
  const isEdited = decision.action === 'approve' && decision.after === undefined && write.suggested !== undefined
  return maker !== null && isSameActor(maker, by) && !isEdited
}

function isMeant(write: WriteRecord, { statuses, since }: BulkLimits, by: Actor): boolean {
  if (statuses && !statuses.includes(write.status)) return false
  const { decidedBy, decidedAt, requestedBy, requestedAt } = write
  const made = [[decidedBy, decidedAt] as const, [requestedBy, requestedAt] as const]
  return made.every(([maker, at]) => maker === null || at === null || at <= since || isSameActor(maker, by))
}

function isPossible(write: WriteRecord, asked: DecisionAction): boolean {
  const { status, mode } = write
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
