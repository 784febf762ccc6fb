import type { Agent } from '#domain/agent/agent.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { TurnEvent } from '#domain/agent/turn-event.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Models } from '#ports/model.ts'
import type { PriceTable } from '#ports/price-table.ts'
import type { AttemptDispatches } from '../execution/attempt-dispatches.ts'
import type { TurnOrigin } from './call-tool.ts'
import type { WriteJournal } from '../write/write-journal.ts'
import type { RunningCalls } from './running-calls.ts'

/** Where a turn is written down: in memory for a sync run, in the job's journal for a job. */
export interface TurnJournal {
  /** The fold of everything appended so far. */
  readonly turn: Turn
  append(event: TurnEvent): void
  /** Returns when everything appended so far is durable. */
  flush(): Promise<void>
}

export interface TurnDeps {
  readonly models: Models
  readonly prices: PriceTable
  readonly clock: Clock
  readonly limits: JobLimits
  readonly logger: Logger
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
}

export interface TurnRun {
  readonly origin: TurnOrigin
  readonly agent: Agent
  /** As it was submitted. */
  readonly input: JsonValue
  readonly journal: TurnJournal
  readonly signal: AbortSignal
  /** Asked before every model call: the receiver of live text, if there is one. */
  readonly onText: () => ((text: string) => void) | undefined
  /** Asked before every step: whether to leave the rest to a later attempt. */
  readonly pause: () => boolean
  /** `null` in a sync run, which nothing resumes. */
  readonly dispatches: AttemptDispatches | null
  /** The calls that run in this process; `null` in a sync run, which waits for none that it has stopped. */
  readonly running: RunningCalls | null
  /** `null` in a sync run, which makes no writes. */
  readonly writes: WriteJournal | null
}
