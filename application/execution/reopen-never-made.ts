import type { UnknownCall } from '#domain/agent/open-calls.ts'
import type { ToolCallReopened } from '#domain/agent/turn-event.ts'
import type { Clock } from '#ports/clock.ts'
import type { AttemptDispatches } from './attempt-dispatches.ts'

interface Reopened {
  append(event: ToolCallReopened): void
}

/** Opens interrupted calls again that the dispatch log knows were never made. Whether there was one. */
export function reopenNeverMade(
  { journal, dispatches }: { readonly journal: Reopened; readonly dispatches: AttemptDispatches | null },
  calls: readonly UnknownCall[],
  clock: Clock,
): boolean {
  const neverMade = calls.filter((call) => dispatches?.neverMade(call))
  for (const { call } of neverMade) {
    journal.append({ type: 'tool_call.reopened', at: clock.now(), callId: call.id, toldBy: 'dispatch_log' })
  }
  return neverMade.length > 0
}
