import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider'
import type { JsonObject } from '#domain/json/json.ts'

/** The options of a call or a message with ours of one provider, over which the author's go. */
export function withOptions(
  { providerOptions }: Pick<LanguageModelV4CallOptions, 'providerOptions'>,
  provider: string,
  ours: JsonObject,
): SharedV4ProviderOptions {
  return {
    ...providerOptions,
    [provider]: { ...(ours as SharedV4ProviderOptions[string]), ...providerOptions?.[provider] },
  }
}
