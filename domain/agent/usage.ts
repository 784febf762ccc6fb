/**
 * Tokens of model calls, as the provider counted them. `cachedInputTokens`, read from its cache, and `cacheWriteTokens`, written to it, are
 * part of `inputTokens`; `reasoningTokens` are part of `outputTokens`.
 */
export interface Usage {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  }
}

/** What a turn has used, by what became of its calls. Of a call that was cut off nothing is known. */
export interface TurnUsage {
  readonly answered: Usage
  /** Of calls that failed and were paid for all the same, as far as the provider said so. */
  readonly failed: Usage
}

export const NO_TURN_USAGE: TurnUsage = { answered: NO_USAGE, failed: NO_USAGE }
