import type { PendingApproval } from '../agent/approval.ts'
import type { ApprovalCall, Wait } from './job.ts'

/** Whether a person must say something before the job goes on. */
export function waitsForPerson({ reason }: Wait): boolean {
  return reason === 'outcome_unknown' || reason === 'approval'
}

/** The wait for a person who allows or rejects these calls. */
export function approvalWait(pending: readonly PendingApproval[]): Wait {
  const calls = pending.map(({ call: { id, name, input }, since, expiresAt }): ApprovalCall => {
    return { callId: id, name, input, since, ...(expiresAt !== null && { expiresAt }) }
  })
  return approvalOf(calls)
}

/** The wait once a person has answered this call. */
export function withoutCall(wait: Wait, callId: string | null): Wait {
  if (wait.reason === 'outcome_unknown') return { ...wait, calls: wait.calls.filter((call) => call.callId !== callId) }
  return wait.reason === 'approval' ? approvalOf(wait.calls.filter((call) => call.callId !== callId)) : wait
}

function approvalOf(calls: readonly ApprovalCall[]): Wait {
  const limits = calls.flatMap(({ expiresAt }) => expiresAt ?? [])
  return { reason: 'approval', calls, ...(limits.length > 0 && { until: Math.min(...limits) }) }
}
