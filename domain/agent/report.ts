import type { JsonValue } from '../json/json.ts'
import { type Cost, totalOf } from '../money/cost.ts'
import { textOf, toolCallsOf } from './message.ts'
import type { StopReason } from './next-step.ts'
import type { Turn } from './turn.ts'
import { type Usage, addUsage } from './usage.ts'

/** What a turn returns. */
export interface AgentReport {
  readonly agent: string
  /** `provider/model` that answered. */
  readonly model: string
  readonly stopReason: StopReason
  /** What fits the agent's output schema. Without one, the text of the last answer; empty if there was none. */
  readonly output: JsonValue
  /** Finished model calls. */
  readonly iterations: number
  readonly toolCalls: readonly ReportedToolCall[]
  /** Of all model calls, failed ones among them. */
  readonly usage: Usage
  readonly cost: Cost
  readonly startedAt: number
  readonly finishedAt: number
}

export interface ReportedToolCall {
  readonly id: string
  readonly name: string
  readonly input: JsonValue
  readonly isError: boolean
  readonly output: JsonValue
}

export type ReportHeading = Pick<AgentReport, 'agent' | 'stopReason' | 'startedAt' | 'finishedAt'> &
  Partial<Pick<AgentReport, 'output'>>

export function reportOf(turn: Turn, heading: ReportHeading): AgentReport {
  const answers = turn.messages.filter((message) => message.role === 'assistant')
  const last = answers.at(-1)
  const { output = last ? textOf(last) : '', ...rest } = heading
  return {
    ...rest,
    model: turn.model,
    output,
    iterations: turn.iterations,
    toolCalls: reportedCalls(turn),
    usage: addUsage(turn.usage.answered, turn.usage.failed),
    cost: totalOf(turn.cost),
  }
}

function reportedCalls(turn: Turn): readonly ReportedToolCall[] {
  const results = new Map(
    turn.messages
      .flatMap((message) => (message.role === 'tool' ? message.results : []))
      .map((result) => [result.callId, result]),
  )
  return turn.messages.flatMap((message) => {
    if (message.role !== 'assistant') return []
    return toolCallsOf(message).flatMap(({ id, name, input }) => {
      const result = results.get(id)
      return result ? [{ id, name, input, isError: result.isError, output: result.output }] : []
    })
  })
}
