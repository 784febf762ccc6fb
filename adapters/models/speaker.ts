import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { SdkAnswer } from './reply.ts'

export type CallOptions = LanguageModelV4CallOptions & { readonly abortSignal: AbortSignal }

/** One model, asked for an answer at once or piece by piece. */
export interface Speaker {
  whole(options: CallOptions): Promise<SdkAnswer>
  streamed(options: CallOptions): PromiseLike<{ readonly stream: ReadableStream<LanguageModelV4StreamPart> }>
}

/** A model of the AI SDK, which carries its calls itself. */
export function speaker(model: LanguageModelV4): Speaker {
  return {
    whole: async (options) => model.doGenerate(options),
    streamed: (options) => model.doStream(options),
  }
}
