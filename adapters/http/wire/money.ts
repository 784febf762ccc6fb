import { type Cost, microsOf } from '#domain/money/cost.ts'
import { count } from './common.ts'

export const costMicros = count.nullable().meta({
  description:
    'Micro-dollars: 1000000 are one US dollar. Rounded up. `null` where no price is known, and of a job that has not ended; 0 for models that cost nothing.',
})

/** What calls have cost, wherever tokens are shown too. */
export const moneyFields = {
  costMicros,
  unpricedCalls: count.meta({
    description: 'Paid calls whose price is not known. If there are any, `costMicros` is a lower bound.',
  }),
}

export function moneyView(cost: Cost): { costMicros: number | null; unpricedCalls: number } {
  return { costMicros: microsOf(cost), unpricedCalls: cost.unpricedCalls }
}
