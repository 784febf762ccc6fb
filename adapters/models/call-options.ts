import type { LanguageModelV4CallOptions, LanguageModelV4ToolChoice, SharedV4ProviderOptions } from '@ai-sdk/provider'
import type { CallSettings, ToolChoice } from '#domain/agent/call-settings.ts'
import type { ModelRequest } from '#ports/model.ts'
import { withCacheMark } from './prompt-caching.ts'
import { functionTool, promptOf } from './prompt.ts'
import { responseFormat } from './structured-output.ts'

/** A request of ours in the words of the AI SDK. */
export function callOptions(request: ModelRequest): LanguageModelV4CallOptions {
  const { output, settings } = request
  const tools = request.tools.map(functionTool)
  const options = {
    prompt: promptOf(request),
    ...(tools.length > 0 && { tools, ...toolChoiceIn(settings) }),
    ...(output && { responseFormat: responseFormat(output) }),
    ...numbersIn(settings),
    ...(settings.reasoning && { reasoning: settings.reasoning }),
    ...(settings.providerOptions && { providerOptions: settings.providerOptions as SharedV4ProviderOptions }),
  }
  return settings.promptCaching === false ? options : withCacheMark(options)
}

function numbersIn({ temperature, maxOutputTokens }: CallSettings): Partial<LanguageModelV4CallOptions> {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  }
}

function toolChoiceIn({ toolChoice }: CallSettings): { readonly toolChoice?: LanguageModelV4ToolChoice } {
  return toolChoice === undefined ? {} : { toolChoice: wireChoice(toolChoice) }
}

function wireChoice(choice: ToolChoice): LanguageModelV4ToolChoice {
  return typeof choice === 'string' ? { type: choice } : choice
}
