import type { UsageReport } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { usageCard } from './usage-card.ts'

/** What the calls of each model used, the dearest model first; also of deleted jobs. */
export function modelCard({ models, ...days }: UsageReport): Html {
  return usageCard({
    of: 'model',
    counted: 'Calls',
    rows: models.map(({ model, modelCalls, failedModelCalls, usage, costMicros, unpricedCalls }) => ({
      name: model ?? 'none, or not known',
      counts: [modelCalls, failedModelCalls],
      ...{ usage, costMicros, unpricedCalls },
    })),
    hint: `Jobs and runs that ended ${daysOf(days)}, also deleted jobs.`,
  })
}

export function daysOf({ from, to }: Pick<UsageReport, 'from' | 'to'>): string {
  return from === to ? `on ${from} (UTC)` : `from ${from} to ${to} (UTC)`
}
