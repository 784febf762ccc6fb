import type { ToolCall } from '#domain/agent/message.ts'
import { toolCallsOf } from '#domain/agent/message.ts'
import type {
  ModelCallCompleted,
  ModelCallFailed,
  ToolCallCompleted,
  ToolCallStarted,
  TurnEvent,
} from '#domain/agent/turn-event.ts'
import type { Usage } from '#domain/agent/usage.ts'
import { costOfCall } from '#domain/money/cost.ts'
import { attemptSpan, eventSpan, jobSpan, modelCallSpan, toolCallSpan } from '#domain/trace/span-ids.ts'
import * as n from './names.ts'
import { type Attributes, SPAN_KIND, type Span, type SpanError } from './span.ts'

/** What began and has not ended. */
interface Open {
  readonly span: Omit<Span, 'endedAt' | 'error'>
}

/** Whether prompts, answers, arguments and results are recorded. */
export interface Content {
  readonly isCaptured: boolean
}

const INTERRUPTED: SpanError = { type: 'interrupted', message: 'The attempt ended before the call did.' }

/** The calls of a turn as spans, from its events in their order. */
export class TurnSpans {
  readonly #runId: string
  readonly #content: Content
  #modelCalls = 0
  #openModelCall: Open | null = null
  readonly #openTools = new Map<string, Open>()
  /** Of the last answer, by id; none where content is not captured. */
  #asked: ReadonlyMap<string, ToolCall> = new Map()
  /** Under way; `null` between attempts. */
  #attempt: { readonly number: number; readonly spanId: string; readonly startedAt: number } | null = null

  constructor(runId: string, content: Content) {
    this.#runId = runId
    this.#content = content
  }

  beginAttempt(number: number, startedAt: number): void {
    this.#attempt = { number, spanId: attemptSpan(this.#runId, number), startedAt }
  }

  /** Calls that are open are cut off with it. */
  endAttempt(at: number): readonly Span[] {
    const open = [...(this.#openModelCall ? [this.#openModelCall] : []), ...this.#openTools.values()]
    this.#openModelCall = null
    this.#openTools.clear()
    this.#attempt = null
    return open.map(({ span }) => ({ ...span, endedAt: at, error: INTERRUPTED }))
  }

  apply(event: TurnEvent, seq: number): Span | null {
    if (event.type === 'model_call.started') this.#beginModelCall(event.model, event)
    if (event.type === 'tool_call.started') this.#beginTool(event)
    if (event.type === 'tool_call.completed') return this.#endTool(event, seq)
    return event.type === 'model_call.completed' || event.type === 'model_call.failed'
      ? this.#endModelCall(event)
      : null
  }

  get #parentId(): string {
    return this.#attempt?.spanId ?? jobSpan(this.#runId)
  }

  #beginModelCall(model: string, { at, iteration }: { readonly at: number; readonly iteration: number }): void {
    this.#modelCalls++
    const [provider = '', ...rest] = model.split('/')
    const attributes = {
      [n.OPERATION_NAME]: n.CHAT,
      [n.PROVIDER_NAME]: provider,
      [n.REQUEST_MODEL]: rest.join('/'),
      [n.ITERATION]: iteration,
    }
    const spanId = modelCallSpan(this.#runId, this.#modelCalls)
    const name = `${n.CHAT} ${rest.join('/')}`
    this.#openModelCall = {
      span: {
        subject: 'model',
        spanId,
        parentId: this.#parentId,
        name,
        kind: SPAN_KIND.client,
        startedAt: at,
        attributes,
      },
    }
  }

  #endModelCall(event: ModelCallCompleted | ModelCallFailed): Span | null {
    const open = this.#openModelCall
    this.#openModelCall = null
    if (event.type === 'model_call.completed' && this.#content.isCaptured)
      this.#asked = new Map(toolCallsOf(event.message).map((call) => [call.id, call]))
    if (!open) return null
    const span = { ...open.span, cost: costOfCall(event) }
    const used = event.usage ? usageAttributes(event.usage) : {}
    if (event.type === 'model_call.failed') {
      const error = { type: n.OTHER_ERROR, ...(this.#content.isCaptured && { message: event.message }) }
      return { ...span, endedAt: event.at, attributes: { ...span.attributes, ...used }, error }
    }
    const attributes = {
      ...span.attributes,
      ...used,
      [n.FINISH_REASONS]: [event.rawFinishReason ?? event.finishReason],
      ...(this.#content.isCaptured && { [n.OUTPUT_MESSAGES]: JSON.stringify([messageOf(event)]) }),
    }
    return { ...span, endedAt: event.at, attributes }
  }

  #beginTool({ at, callId, name, effect }: ToolCallStarted): void {
    const number = this.#attempt?.number ?? 0
    const attributes = { ...this.#toolAttributes(name, callId), [n.TOOL_EFFECT]: effect ?? undefined }
    this.#openTools.set(callId, {
      span: {
        subject: 'tool',
        spanId: toolCallSpan(this.#runId, number, callId),
        parentId: this.#parentId,
        name: `${n.EXECUTE_TOOL} ${name}`,
        kind: SPAN_KIND.internal,
        startedAt: at,
        attributes,
      },
    })
  }

  #toolAttributes(name: string, callId: string): Attributes {
    const asked = this.#asked.get(callId)
    return {
      [n.OPERATION_NAME]: n.EXECUTE_TOOL,
      [n.TOOL_NAME]: name,
      [n.TOOL_CALL_ID]: callId,
      ...(asked && { [n.TOOL_ARGUMENTS]: JSON.stringify(asked.input) }),
    }
  }

  #endTool({ at, result, toldBy }: ToolCallCompleted, seq: number): Span {
    const { callId, name, isError, output } = result
    const { span } = this.#openTools.get(callId) ?? { span: this.#again(at, { callId, name, seq }) }
    this.#openTools.delete(callId)
    const attributes = {
      ...span.attributes,
      ...(toldBy !== 'call' && { [n.TOLD_BY]: toldBy }),
      ...(this.#content.isCaptured && { [n.TOOL_RESULT]: JSON.stringify(output) }),
    }
    const error = isError && { error: { type: toldBy === 'call' ? n.OTHER_ERROR : toldBy } }
    return { ...span, endedAt: at, attributes, ...error }
  }

  /** A call of an earlier attempt that this one makes again, or whose result a caller gave outside of any attempt. */
  #again(
    at: number,
    { callId, name, seq }: { readonly callId: string; readonly name: string; readonly seq: number },
  ): Open['span'] {
    const attempt = this.#attempt
    return {
      subject: 'tool',
      spanId: attempt ? toolCallSpan(this.#runId, attempt.number, callId) : eventSpan(this.#runId, seq),
      parentId: this.#parentId,
      name: `${n.EXECUTE_TOOL} ${name}`,
      kind: SPAN_KIND.internal,
      startedAt: attempt?.startedAt ?? at,
      attributes: this.#toolAttributes(name, callId),
    }
  }
}

export function usageAttributes(usage: Usage): Attributes {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage
  return {
    [n.INPUT_TOKENS]: inputTokens,
    [n.OUTPUT_TOKENS]: outputTokens,
    ...(cachedInputTokens > 0 && { [n.CACHE_READ_TOKENS]: cachedInputTokens }),
    ...(cacheWriteTokens > 0 && { [n.CACHE_WRITE_TOKENS]: cacheWriteTokens }),
    ...(reasoningTokens > 0 && { [n.REASONING_TOKENS]: reasoningTokens }),
  }
}

/** As the schema of `gen_ai.output.messages` has it. */
function messageOf({ message, finishReason }: ModelCallCompleted): object {
  const parts = message.parts.flatMap((part): readonly object[] => {
    if (part.type === 'tool_call') return [{ type: 'tool_call', id: part.id, name: part.name, arguments: part.input }]
    return [{ type: part.type, content: part.text }]
  })
  return { role: 'assistant', parts, finish_reason: finishReason }
}
