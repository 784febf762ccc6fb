import { modelAfter, modelFor } from '#domain/agent/model-choice.ts'
import type { AppError } from '#domain/app-error.ts'
import { givesUp } from '#domain/job/retry.ts'
import type { TurnDeps, TurnRun } from './turn-run.ts'

/**
 * Goes on with the agent's next model where the failure, which is recorded, calls for it. Whether it does.
 * The switch is durable before the next model is asked, in the commit of that call's intent.
 */
export function fallBack(
  { agent, journal, origin }: Pick<TurnRun, 'agent' | 'journal' | 'origin'>,
  error: AppError,
  { clock, defaultModel, limits }: Pick<TurnDeps, 'clock' | 'defaultModel' | 'limits'>,
): boolean {
  const { turn } = journal
  const choice = { agent, defaultModel }
  const to = modelAfter(turn, choice)
  if (to === null) return false
  const at = clock.now()
  // The caller of a sync run waits, so no model is asked twice.
  const mayRetry = origin.jobId !== null && turn.failures < agent.fallbackAfterFailures && !givesUp(turn, limits, at)
  if (error.retryable && mayRetry) return false
  const reason = error.retryable ? 'failures' : 'refused'
  journal.append({ type: 'model.switched', at, from: modelFor(turn, choice), to, reason })
  return true
}
