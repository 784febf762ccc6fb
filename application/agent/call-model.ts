import type { Agent } from '#domain/agent/agent.ts'
import { settingsFor } from '#domain/agent/call-settings.ts'
import { withUniqueCallIds } from '#domain/agent/message.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { ModelCallCompleted } from '#domain/agent/turn-event.ts'
import { ModelTimeoutError } from '#domain/model/errors.ts'
import { recordedCost } from '#domain/money/price.ts'
import type { ModelRequest } from '#ports/model.ts'
import { withDeadline } from '../time/deadline.ts'
import type { TurnDeps, TurnRun } from './turn-run.ts'

export interface ModelCall {
  readonly agent: Agent
  readonly turn: Turn
  readonly iteration: number
  /** `provider/model`. */
  readonly model: string
  readonly origin: Pick<TurnRun['origin'], 'tenantId' | 'submittedBy' | 'trace'>
  readonly signal: AbortSignal
  readonly onText: ((text: string) => void) | undefined
}

/** One model call within its time limit, as the event that records it. @throws what `Models.call` throws, and {ModelTimeoutError}. */
export async function callModel(
  call: ModelCall,
  { models, clock, prices }: Pick<TurnDeps, 'models' | 'clock' | 'prices'>,
): Promise<ModelCallCompleted> {
  const { agent, turn, iteration, model, origin, signal, onText } = call
  const request = requestFor(agent, { model, messages: turn.messages, instructions: turn.instructions })
  const timeoutMs = agent.modelTimeoutMs
  const deadline = { clock, timeoutMs, signal, timeoutError: () => new ModelTimeoutError(model, timeoutMs) }
  // Its time limit begins when it has its turn.
  const trace = origin.trace?.modelCall(turn.calls.modelCalls)
  const begin = () => withDeadline(deadline, (inner) => models.call(request, { signal: inner, onText, trace }))
  const isItem = origin.submittedBy.kind === 'batch'
  const whose = { model, tenantId: origin.tenantId, isItem, signal }
  const reply = await (models.inTurn ? models.inTurn(whose, begin) : begin())
  const message = withUniqueCallIds(reply.message, turn.messages)
  return {
    type: 'model_call.completed',
    at: clock.now(),
    iteration,
    message,
    finishReason: reply.finishReason,
    ...(reply.rawFinishReason !== undefined && { rawFinishReason: reply.rawFinishReason }),
    usage: reply.usage,
    ...recordedCost(reply.usage, prices.find(model)),
  }
}

interface Asked extends Pick<ModelRequest, 'model' | 'messages'> {
  /** Those of the turn; `null` where the agent's are a text. */
  readonly instructions: string | null
}

/** What the model is asked with these messages. */
export function requestFor(agent: Agent, { model, messages, instructions }: Asked): ModelRequest {
  return {
    model,
    // A deploy may have made a text of a function: the job goes on as it began.
    instructions: instructions ?? (typeof agent.instructions === 'string' ? agent.instructions : ''),
    messages,
    tools: agent.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    output: agent.output?.jsonSchema ?? null,
    settings: settingsFor(
      agent.settings,
      messages.some(({ role }) => role === 'tool'),
    ),
  }
}
