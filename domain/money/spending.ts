import type { ModelCallCompleted, ModelCallFailed } from '../agent/turn-event.ts'
import { NO_USAGE, type Usage } from '../agent/usage.ts'
import { type Cost, NO_COST, costOfCall } from './cost.ts'

/** Model calls with what they have used and cost, also those that failed. Of a call that was cut off only its number is known. */
export interface Spending extends Usage, Cost {
  /** Begun, with any outcome. */
  readonly modelCalls: number
  readonly failedModelCalls: number
  /** Cut off and made again. */
  readonly wastedModelCalls: number
  /** Of `nanos`, what failed calls have cost. */
  readonly failedNanos: number
}

export const NO_SPENDING: Spending = {
  modelCalls: 0,
  failedModelCalls: 0,
  wastedModelCalls: 0,
  ...NO_USAGE,
  ...NO_COST,
  failedNanos: 0,
}

/** What the calls of one model were, `provider/model`. */
export interface ModelSpending extends Spending {
  readonly model: string
}

/** In the order of the models' first calls. */
export function addSpending(
  all: readonly ModelSpending[],
  model: string,
  added: Partial<Spending>,
): readonly ModelSpending[] {
  const place = all.findIndex((one) => one.model === model)
  const known = all[place]
  return known ? all.with(place, plus(known, added)) : [...all, { model, ...NO_SPENDING, ...added }]
}

const NAMES = Object.keys(NO_SPENDING) as (keyof Spending)[]

function plus(known: ModelSpending, added: Partial<Spending>): ModelSpending {
  const sums: { -readonly [Name in keyof ModelSpending]: ModelSpending[Name] } = { ...known }
  for (const name of NAMES) sums[name] += added[name] ?? 0
  return sums
}

/** Of a call that was answered or has failed, beside its having been made. */
export function spendingOf(event: ModelCallCompleted | ModelCallFailed): Partial<Spending> {
  const cost = costOfCall(event)
  const paid = { ...event.usage, ...cost }
  return event.type === 'model_call.completed' ? paid : { ...paid, failedModelCalls: 1, failedNanos: cost.nanos }
}

/** Field by field; `zero` says which. */
export function sumsOf<T extends { readonly [Name in keyof T]: number }>(zero: T, all: readonly T[]): T {
  const names = Object.keys(zero) as (keyof T)[]
  return Object.fromEntries(names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)])) as T
}
