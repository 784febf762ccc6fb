import type { ModelCallCompleted, ModelCallFailed } from '../agent/turn-event.ts'

/**
 * What model calls have cost, each at the price that was known when its result was recorded. In nano-dollars, so that a
 * sum of cheap calls is exact: a token may cost less than a micro-dollar.
 */
export interface Cost {
  readonly nanos: number
  /** Calls that were paid for at a price that is not known. If there are any, `nanos` is a lower bound. */
  readonly unpricedCalls: number
}

export const NANOS_PER_DOLLAR = 1_000_000_000

export const NO_COST: Cost = { nanos: 0, unpricedCalls: 0 }

/** By what became of the calls, as `TurnUsage`. */
export interface TurnCost {
  readonly answered: Cost
  readonly failed: Cost
}

export const NO_TURN_COST: TurnCost = { answered: NO_COST, failed: NO_COST }

export function addCosts(a: Cost, b: Cost): Cost {
  return { nanos: a.nanos + b.nanos, unpricedCalls: a.unpricedCalls + b.unpricedCalls }
}

export function totalOf({ answered, failed }: TurnCost): Cost {
  return addCosts(answered, failed)
}

/** Micro-dollars, rounded up, so that what was paid for never looks free. `null` where nothing of it is known. */
export function microsOf({ nanos, unpricedCalls }: Cost): number | null {
  return nanos === 0 && unpricedCalls > 0 ? null : Math.ceil(nanos / 1000)
}

/** Releases before prices recorded none: their calls count as unpriced. */
export function costOfCall(event: ModelCallCompleted | ModelCallFailed): Cost {
  if (event.costNanos !== undefined) return { nanos: event.costNanos, unpricedCalls: 0 }
  if (event.type === 'model_call.completed') return { nanos: 0, unpricedCalls: 1 }
  const { inputTokens = 0, outputTokens = 0 } = event.usage ?? {}
  return { nanos: 0, unpricedCalls: inputTokens + outputTokens > 0 ? 1 : 0 }
}
