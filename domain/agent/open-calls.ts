import type { PendingApproval } from './approval.ts'
import { type ToolCall, toolCallsOf } from './message.ts'
import type { Turn } from './turn.ts'

/** The calls of the last answer that have no result yet. */
export function unfinishedCalls(turn: Turn): readonly ToolCall[] {
  const last = turn.messages.at(-1)
  if (last?.role !== 'assistant') return []
  const done = new Set(turn.partialResults.map((result) => result.callId))
  return toolCallsOf(last).filter((call) => !done.has(call.id))
}

/** The calls that a person was asked to allow and has not, in the order of the answer that asked for them. */
export function pendingApprovals(turn: Turn): readonly PendingApproval[] {
  const pending = new Map(turn.approvals.filter(({ isGiven }) => !isGiven).map((one) => [one.callId, one]))
  return unfinishedCalls(turn).flatMap((call) => {
    const asked = pending.get(call.id)
    return asked ? [{ call, since: asked.since, expiresAt: asked.expiresAt }] : []
  })
}

/** A call that must not happen twice, and was begun, and of which nothing is known since. */
export interface UnknownCall {
  readonly call: ToolCall
  readonly startedAt: number
  /** The executor that began it. Its dispatch log may prove that the call was never made. */
  readonly executorId: string | null
}

/** The calls whose outcome is not known, in the order of the answer that asked for them. */
export function unknownCalls(turn: Turn): readonly UnknownCall[] {
  const open = new Map(turn.openCalls.filter(({ effect }) => effect === 'once').map((call) => [call.callId, call]))
  return unfinishedCalls(turn).flatMap((call) => {
    const begun = open.get(call.id)
    return begun ? [{ call, startedAt: begun.startedAt, executorId: begun.executorId }] : []
  })
}
