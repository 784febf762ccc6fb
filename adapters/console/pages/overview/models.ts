import type { UsageReport } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { usageCard } from './usage-card.ts'

/** What the calls of each model used, the dearest model first; also of deleted jobs. */
export function modelCard({ models, from, to }: UsageReport): Html {
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`
  return usageCard({
    of: 'model',
    counted: 'Calls',
    rows: models.map(({ model, modelCalls, failedModelCalls, usage, costMicros, unpricedCalls }) => ({
      name: model ?? 'none, or not known',
      counts: [modelCalls, failedModelCalls],
      ...{ usage, costMicros, unpricedCalls },
    })),
    hint: `Jobs that ended ${days} (UTC), also deleted ones.`,
  })
}
