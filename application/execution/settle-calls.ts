import { isDoubtful } from '#domain/agent/doubtful-calls.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import { fitResult } from '../agent/fit-result.ts'
import type { JobJournal } from '../job/job-journal.ts'
import type { RunningCall } from '../agent/running-calls.ts'
import { about } from '../job/log-fields.ts'

export interface SettleCalls {
  /** The calls that still run after their signal aborted. */
  readonly calls: readonly RunningCall[]
  readonly journal: JobJournal
  /** Aborts when the lease is lost, and with it the right to record anything. */
  readonly lost: AbortSignal
  readonly stopMs: number
}

export interface SettleDeps {
  readonly clock: Clock
  readonly limits: JobLimits
  readonly logger: Logger
}

/**
 * Waits until the calls have returned, and records what they return. Those that still run after `stopMs` are given up:
 * their outcome is unknown, and they are what this resolves with.
 * @throws the reason of `lost`, and what the store throws.
 */
export async function settleCalls(
  work: SettleCalls,
  { clock, limits, logger }: SettleDeps,
): Promise<readonly RunningCall[]> {
  const { calls, journal, lost, stopMs } = work
  if (calls.length === 0) return []
  const running = new Set(calls)
  const stop = Promise.withResolvers<undefined>()
  const onLost = (): void => {
    stop.reject(lost.reason)
  }
  if (lost.aborted) onLost()
  lost.addEventListener('abort', onLost)
  const cancelTimer = clock.after(stopMs, () => {
    stop.resolve(undefined)
  })
  let isOver = false
  const settle = async (call: RunningCall): Promise<void> => {
    const returned = await call.outcome
    if (isOver) return
    running.delete(call)
    // The turn may have recorded it just before it stopped.
    if (!returned || !isDoubtful(journal.turn, call.callId)) return
    const result = fitResult(returned.result, journal.turn, limits)
    journal.append({ type: 'tool_call.completed', at: clock.now(), ...returned, result, toldBy: 'call' })
    await journal.flush()
  }
  try {
    await Promise.race([stop.promise, Promise.all(calls.map(settle))])
  } finally {
    isOver = true
    cancelTimer()
    lost.removeEventListener('abort', onLost)
  }
  if (running.size > 0) {
    const callIds = [...running].map(({ callId }) => callId)
    logger.warn('Tools still run after their signal aborted.', { ...about(journal.job), callIds })
  }
  return [...running]
}
