interface Counted {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
  readonly total: number
}

/** What was written and thought. xAI and Google count thoughts beside the output, and Google's total alone may show them. */
export function outputTokens({ input, cached, output, reasoning, total }: Counted): number {
  const beside = total - input - output
  if (reasoning > output || beside === reasoning) return output + reasoning
  // What was read from a cache may be counted beside the input.
  const isThought = beside > 0 && input > 0 && output > 0 && cached === 0
  return isThought ? output + beside : output
}
