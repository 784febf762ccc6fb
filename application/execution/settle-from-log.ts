import type { UnknownCall } from '#domain/agent/open-calls.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { ToolCallCompleted, ToolCallReopened } from '#domain/agent/turn-event.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { Clock } from '#ports/clock.ts'
import { fitResult } from '../agent/fit-result.ts'
import type { AttemptDispatches } from './attempt-dispatches.ts'

interface Settled {
  readonly turn: Turn
  append(event: ToolCallReopened | ToolCallCompleted): void
}

interface SettleDeps {
  readonly clock: Clock
  readonly limits: JobLimits
}

/**
 * Settles the interrupted calls that the dispatch log knows of. One that was never made is opened again, and one that
 * had returned has its result.
 * @returns whether there was one.
 */
export function settleFromLog(
  { journal, dispatches }: { readonly journal: Settled; readonly dispatches: AttemptDispatches | null },
  calls: readonly UnknownCall[],
  { clock, limits }: SettleDeps,
): boolean {
  let isAnswered = false
  for (const unknown of calls) {
    const known = { at: clock.now(), toldBy: 'dispatch_log' } as const
    const result = dispatches?.resultOf(unknown)
    if (result)
      journal.append({ type: 'tool_call.completed', ...known, result: fitResult(result, journal.turn, limits) })
    else if (dispatches?.neverMade(unknown))
      journal.append({ type: 'tool_call.reopened', ...known, callId: unknown.call.id })
    else continue
    isAnswered = true
  }
  return isAnswered
}
