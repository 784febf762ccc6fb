import { type ToolCall, toolCallsOf } from '#domain/agent/message.ts'
import type {
  ModelCallCompleted,
  ModelCallFailed,
  ModelCallStarted,
  ToolCallCompleted,
  ToolCallStarted,
  TurnEvent,
} from '#domain/agent/turn-event.ts'
import type { Usage } from '#domain/agent/usage.ts'
import { type Cost, costOfCall } from '#domain/money/cost.ts'
import { attemptSpan, eventSpan, jobSpan, modelCallSpan, toolCallSpan } from '#domain/trace/span-ids.ts'
import * as n from './names.ts'
import { type Attributes, SPAN_KIND, type Span, type SpanError } from './span.ts'

/** What has begun and not ended. */
interface Open {
  readonly spanId: string
  readonly parentId: string
  readonly startedAt: number
}

interface OpenModelCall extends Open {
  readonly model: string
  readonly iteration: number
}

interface OpenToolCall extends Open {
  readonly callId: string
  readonly name: string
  readonly effect: string | undefined
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
  #openModelCall: OpenModelCall | null = null
  readonly #openTools = new Map<string, OpenToolCall>()
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
    const cut = { endedAt: at, error: INTERRUPTED }
    const ended = Array.from(this.#openTools.values(), (open) => this.#toolSpan(open, cut))
    if (this.#openModelCall) ended.unshift(modelSpan(this.#openModelCall, cut))
    this.#openModelCall = null
    this.#openTools.clear()
    this.#attempt = null
    return ended
  }

  apply(event: TurnEvent, seq: number): Span | null {
    if (event.type === 'model_call.started') this.#beginModelCall(event)
    if (event.type === 'tool_call.started') this.#beginTool(event)
    if (event.type === 'tool_call.completed') return this.#endTool(event, seq)
    return event.type === 'model_call.completed' || event.type === 'model_call.failed'
      ? this.#endModelCall(event)
      : null
  }

  get #parentId(): string {
    return this.#attempt?.spanId ?? jobSpan(this.#runId)
  }

  #beginModelCall({ at: startedAt, model, iteration }: ModelCallStarted): void {
    const spanId = modelCallSpan(this.#runId, ++this.#modelCalls)
    this.#openModelCall = { spanId, parentId: this.#parentId, startedAt, model, iteration }
  }

  #endModelCall(event: ModelCallCompleted | ModelCallFailed): Span | null {
    const open = this.#openModelCall
    const { isCaptured } = this.#content
    this.#openModelCall = null
    if (event.type === 'model_call.completed' && isCaptured)
      this.#asked = new Map(toolCallsOf(event.message).map((call) => [call.id, call]))
    if (!open) return null
    const { at: endedAt, usage } = event
    const cost = costOfCall(event)
    if (event.type === 'model_call.failed') {
      const error = { type: n.OTHER_ERROR, ...(isCaptured && { message: event.message }) }
      return modelSpan(open, { endedAt, cost, usage, error })
    }
    const finishReasons = [event.rawFinishReason ?? event.finishReason]
    const messages = isCaptured ? JSON.stringify([messageOf(event)]) : undefined
    return modelSpan(open, { endedAt, cost, usage, finishReasons, messages })
  }

  #beginTool({ at: startedAt, callId, name, effect }: ToolCallStarted): void {
    const spanId = toolCallSpan(this.#runId, this.#attempt?.number ?? 0, callId)
    const open = { spanId, parentId: this.#parentId, startedAt, callId, name, effect: effect ?? undefined }
    this.#openTools.set(callId, open)
  }

  #endTool({ at: endedAt, result, toldBy }: ToolCallCompleted, seq: number): Span {
    const open = this.#openTools.get(result.callId) ?? this.#again(endedAt, result, seq)
    this.#openTools.delete(result.callId)
    const error = result.isError ? { type: toldBy === 'call' ? n.OTHER_ERROR : toldBy } : undefined
    const output = this.#content.isCaptured ? JSON.stringify(result.output) : undefined
    return this.#toolSpan(open, { endedAt, error, toldBy: toldBy === 'call' ? undefined : toldBy, output })
  }

  /** A call of an earlier attempt that this one makes again, or whose result a caller gave outside of any attempt. */
  #again(at: number, { callId, name }: { readonly callId: string; readonly name: string }, seq: number): OpenToolCall {
    const attempt = this.#attempt
    return {
      spanId: attempt ? toolCallSpan(this.#runId, attempt.number, callId) : eventSpan(this.#runId, seq),
      parentId: this.#parentId,
      startedAt: attempt?.startedAt ?? at,
      callId,
      name,
      effect: undefined,
    }
  }

  #toolSpan({ spanId, parentId, startedAt, callId, name, effect }: OpenToolCall, end: ToolEnd): Span {
    const asked = this.#asked.get(callId)
    return {
      subject: 'tool',
      spanId,
      parentId,
      name: `${n.EXECUTE_TOOL} ${name}`,
      kind: SPAN_KIND.internal,
      startedAt,
      endedAt: end.endedAt,
      attributes: {
        [n.OPERATION_NAME]: n.EXECUTE_TOOL,
        [n.TOOL_NAME]: name,
        [n.TOOL_CALL_ID]: callId,
        [n.TOOL_ARGUMENTS]: asked && JSON.stringify(asked.input),
        [n.TOOL_EFFECT]: effect,
        [n.TOLD_BY]: end.toldBy,
        [n.TOOL_RESULT]: end.output,
      },
      error: end.error,
    }
  }
}

interface ModelEnd {
  readonly endedAt: number
  readonly cost?: Cost
  readonly usage?: Usage | undefined
  readonly finishReasons?: readonly string[]
  readonly messages?: string | undefined
  readonly error?: SpanError
}

interface ToolEnd {
  readonly endedAt: number
  readonly toldBy?: string | undefined
  readonly output?: string | undefined
  readonly error: SpanError | undefined
}

function modelSpan({ spanId, parentId, startedAt, model, iteration }: OpenModelCall, end: ModelEnd): Span {
  const slash = model.indexOf('/')
  const requested = model.slice(slash + 1)
  const { endedAt, cost, usage, finishReasons, messages, error } = end
  return {
    subject: 'model',
    spanId,
    parentId,
    name: `${n.CHAT} ${requested}`,
    kind: SPAN_KIND.client,
    startedAt,
    endedAt,
    attributes: {
      ...(usage && usageAttributes(usage)),
      [n.OPERATION_NAME]: n.CHAT,
      [n.PROVIDER_NAME]: model.slice(0, Math.max(slash, 0)),
      [n.REQUEST_MODEL]: requested,
      [n.ITERATION]: iteration,
      [n.FINISH_REASONS]: finishReasons,
      [n.OUTPUT_MESSAGES]: messages,
    },
    cost,
    error,
  }
}

export function usageAttributes(usage: Usage): Attributes {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage
  return {
    [n.INPUT_TOKENS]: inputTokens,
    [n.OUTPUT_TOKENS]: outputTokens,
    [n.CACHE_READ_TOKENS]: positive(cachedInputTokens),
    [n.CACHE_WRITE_TOKENS]: positive(cacheWriteTokens),
    [n.REASONING_TOKENS]: positive(reasoningTokens),
  }
}

/** Absent where there is none. */
function positive(tokens: number): number | undefined {
  return tokens > 0 ? tokens : undefined
}

/** As the schema of `gen_ai.output.messages` has it. */
function messageOf({ message, finishReason }: ModelCallCompleted): object {
  const parts = message.parts.flatMap((part): readonly object[] => {
    if (part.type === 'tool_call') return [{ type: 'tool_call', id: part.id, name: part.name, arguments: part.input }]
    return [{ type: part.type, content: part.text }]
  })
  return { role: 'assistant', parts, finish_reason: finishReason }
}
