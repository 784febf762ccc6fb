import { sumsOf } from '#domain/money/spending.ts'
import {
  NO_SUMS,
  type UsageEntry,
  type UsageLedger,
  type UsageQuery,
  type UsageReport,
  type UsageSums,
} from '#ports/usage-ledger.ts'

/** Lives as long as the process. */
export class MemoryUsageLedger implements UsageLedger {
  readonly #entries: UsageEntry[] = []

  add(entries: readonly UsageEntry[]): Promise<void> {
    this.#entries.push(...entries)
    return Promise.resolve()
  }

  read({ tenantId, from, to, agent, model }: UsageQuery): Promise<UsageReport> {
    const found = this.#entries.filter(
      (one) =>
        one.tenantId === tenantId &&
        one.day >= from &&
        one.day <= to &&
        (agent ?? one.agent) === one.agent &&
        (model ?? one.model) === one.model,
    )
    return Promise.resolve({
      days: by(found, 'day').map(([day, sums]) => ({ day, ...sums })),
      agents: by(found, 'agent').map(([agent, sums]) => ({ agent, ...sums })),
      models: by(found, 'model').map(([model, sums]) => ({ model, ...sums })),
    })
  }
}

function by<K extends 'day' | 'agent' | 'model'>(
  entries: readonly UsageEntry[],
  key: K,
): readonly (readonly [UsageEntry[K], UsageSums])[] {
  return [...Map.groupBy(entries, (one) => one[key])].map(([value, some]) => [value, sumsOf<UsageSums>(NO_SUMS, some)])
}
