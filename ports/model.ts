import type { CallSettings } from '#domain/agent/call-settings.ts'
import type { AssistantMessage, Message } from '#domain/agent/message.ts'
import type { FinishReason } from '#domain/agent/turn-event.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { TraceHeaders } from '#domain/trace/trace-context.ts'

export interface ModelRequest {
  /** `provider/model`. */
  readonly model: string
  readonly instructions: string
  readonly messages: readonly Message[]
  readonly tools: readonly ToolSpec[]
  /** JSON Schema of the answer, an object type; `null` for an answer in words. */
  readonly output: JsonObject | null
  readonly settings: CallSettings
}

/** A tool as the model sees it. */
export interface ToolSpec {
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments, an object type. */
  readonly inputSchema: JsonObject
}

export interface ModelReply {
  readonly message: AssistantMessage
  readonly finishReason: FinishReason
  /** The provider's own word for it, where it has one. */
  readonly rawFinishReason?: string
  readonly usage: Usage
}

export interface ModelCallOptions {
  readonly signal: AbortSignal
  /** Given: the answer is streamed, and every piece of text is handed over as it comes. */
  readonly onText?: ((text: string) => void) | undefined
  /** Headers of the request that carry its trace. */
  readonly trace?: TraceHeaders | undefined
}

/** Whose call it is that waits for its provider. */
export interface CallTurn {
  /** `provider/model`. */
  readonly model: string
  readonly tenantId: string
  /** Of an item of a batch, which lets all other calls go first. */
  readonly isItem: boolean
  readonly signal: AbortSignal
}

/** Language models, named by `provider/model`. An implementation is correct when `test/contracts/model.contract.ts` passes. */
export interface Models {
  /**
   * Says before any work whether calls of `model` can be made here at all.
   * @throws {ModelNotConfiguredError} when the provider is unknown or has no key or address.
   */
  check(model: string): void

  /**
   * What of such a request the model cannot do, in words; empty if it can do all, as far as that is known. Nothing is sent.
   * Absent where any request will do.
   * @throws {ModelNotConfiguredError} as `check`.
   */
  unsupported?(request: ModelRequest): Promise<readonly string[]>

  /**
   * One call; never retried in here.
   * @throws {ModelNotConfiguredError} when the provider is unknown or has no key or address.
   * @throws {ModelError} when the provider refuses, fails, cannot be reached or answers nonsense.
   */
  call(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply>

  /**
   * Carries out a call when its provider has room for it. Absent where calls need not wait.
   * @throws what `call` throws, and what aborts the signal while it waits.
   */
  inTurn?<T>(turn: CallTurn, call: () => Promise<T>): Promise<T>
}
