import { type JobEvent, isEnding } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { NO_SPENDING, type Spending } from '#domain/money/spending.ts'
import { DAY_MS } from '#domain/time/duration.ts'

/** How many jobs have ended, and how, with all of their model calls. */
export interface UsageSums extends Spending {
  readonly completed: number
  readonly failed: number
  readonly canceled: number
  /** Of these jobs, those that ended before the ledger was kept: they have no `modelCalls`, but for that all sums. */
  readonly uncounted: number
}

export const NO_SUMS: UsageSums = { completed: 0, failed: 0, canceled: 0, uncounted: 0, ...NO_SPENDING }

/** What is kept of a job for ever: its part in the sums of one tenant, day, agent and model. */
export interface UsageEntry extends UsageSums {
  readonly tenantId: string
  /** Of UTC, counted from 1970-01-01. The one in which the job ended. */
  readonly day: number
  readonly agent: string
  /** `provider/model`; empty for jobs that called none, or whose model is not known. */
  readonly model: string
}

export interface UsageQuery {
  readonly tenantId: string
  /** Days as above, the last one counted. */
  readonly from: number
  readonly to: number
  readonly agent?: string
  readonly model?: string
}

/** The same sums in three ways, in no order. A day, an agent or a model without any is left out. */
export interface UsageReport {
  readonly days: readonly ({ readonly day: number } & UsageSums)[]
  readonly agents: readonly ({ readonly agent: string } & UsageSums)[]
  readonly models: readonly ({ readonly model: string } & UsageSums)[]
}

/**
 * What the jobs that have ended have used. Each is counted once, with its end, and stays counted when it is deleted.
 * An implementation is correct when `test/contracts/usage-ledger.contract.ts` passes.
 */
export interface UsageLedger {
  read(query: UsageQuery): Promise<UsageReport>
}

/** What these events, the last of `job`, add to the ledger: something if they end it. */
export function usageOf(job: JobRecord, events: readonly JobEvent[]): readonly UsageEntry[] {
  return events.some(isEnding) ? usageOfEnded(job) : []
}

/** One entry for each model that it has called. The job itself counts in the first. */
export function usageOfEnded(job: JobRecord): readonly UsageEntry[] {
  if (!isFinished(job)) return []
  const { tenantId, agent, status, receipt, finishedAt } = job
  const key = { tenantId, day: Math.floor(finishedAt / DAY_MS), agent }
  const spending = receipt.spending.length > 0 ? receipt.spending : [{ model: '', ...NO_SPENDING }]
  return spending.map((one, index) => ({ ...key, ...NO_SUMS, ...one, [status]: index === 0 ? 1 : 0 }))
}
