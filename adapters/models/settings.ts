/** Which providers may be used, and how they are reached. A group that is missing is a provider that is not configured. */
export interface ModelSettings {
  readonly anthropic?: ProviderSettings & { readonly apiKey: string }
  readonly openai?: ProviderSettings & { readonly apiKey: string }
  /** Any server that speaks chat completions. */
  readonly openaiCompatible?: ProviderSettings & { readonly baseUrl: string }
}

export interface ProviderSettings {
  readonly apiKey?: string
  readonly baseUrl?: string
}
