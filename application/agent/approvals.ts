import type { PendingApproval } from '#domain/agent/approval.ts'
import type { PlannedCall } from '#domain/agent/next-step.ts'
import { parseWith } from '#domain/agent/schema.ts'
import { problemWithArguments } from '#domain/agent/tool-arguments.ts'
import type { Tool } from '#domain/agent/tool.ts'
import { CanceledError } from '#domain/job/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { withDeadline } from '../time/deadline.ts'
import { fitResult } from './fit-result.ts'
import type { TurnDeps, TurnRun } from './turn-run.ts'

/**
 * Asks for approval of the calls that need it, in the journal, and returns the others, which may be made.
 * @throws {CanceledError} when the attempt is to stop.
 */
export async function askApprovals(
  { agent, journal, signal }: TurnRun,
  calls: readonly PlannedCall[],
  { clock, logger }: Pick<TurnDeps, 'clock' | 'logger'>,
): Promise<readonly PlannedCall[]> {
  const asked = new Set(journal.turn.approvals.map(({ callId }) => callId))
  const free: PlannedCall[] = []
  for (const planned of calls) {
    const { call, resumed } = planned
    const tool = agent.tools.find(({ name }) => name === call.name)
    const needsApproval =
      !resumed && !asked.has(call.id) && tool && (await isAskedFor(tool, planned, { clock, logger, signal }))
    if (!needsApproval) {
      free.push(planned)
      continue
    }
    const at = clock.now()
    const limit = tool.approvalTimeoutMs === null ? {} : { expiresAt: at + tool.approvalTimeoutMs }
    journal.append({ type: 'tool_call.approval_requested', at, callId: call.id, name: call.name, ...limit })
  }
  return free
}

interface Asking {
  readonly clock: Clock
  readonly logger: Logger
  /** Of the attempt. */
  readonly signal: AbortSignal
}

/**
 * A call whose arguments do not fit is not asked for: it is refused in any case, and the model corrects it. The rule has
 * the time that the tool has; one that does not end counts as yes.
 */
async function isAskedFor(tool: Tool, { call }: PlannedCall, { clock, logger, signal }: Asking): Promise<boolean> {
  const { approval, name, timeoutMs } = tool
  if (approval === null || problemWithArguments(call.input) !== null) return false
  const input = await parseWith(tool.input, call.input).catch(() => null)
  if (!input?.ok) return false
  if (approval === true) return true
  const timeoutError = (): Error => new Error(`The rule did not end within ${String(timeoutMs / 1000)} s.`)
  try {
    return await withDeadline({ clock, timeoutMs, signal, timeoutError }, async () => approval(input.value))
  } catch (error) {
    if (error instanceof CanceledError && signal.aborted) throw error
    logger.error('The approval rule of a tool failed, so that its call waits for approval.', error, { tool: name })
    return true
  }
}

/** Rejects the calls that no person has allowed in time. Whether there were any. */
export function expireApprovals(
  { journal }: TurnRun,
  pending: readonly PendingApproval[],
  { clock, limits }: { readonly clock: Clock; readonly limits: TurnDeps['limits'] },
): boolean {
  const at = clock.now()
  const late = pending.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= at)
  for (const { call } of late) {
    const output = 'The call was not made: it needs approval by a person, and none came in time.'
    const result = fitResult({ callId: call.id, name: call.name, isError: true, output }, journal.turn, limits)
    journal.append({ type: 'tool_call.completed', at, result, toldBy: 'rejection' })
  }
  return late.length > 0
}
