import { type JobEvent, isEnding } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { type ModelSpending, NO_SPENDING, type Spending } from '#domain/money/spending.ts'
import { DAY_MS } from '#domain/time/duration.ts'

/** How many jobs have ended, and how, and how many runs, with all of their model calls. */
export interface UsageSums extends Spending {
  readonly completed: number
  readonly failed: number
  readonly canceled: number
  /** Runs without a job (`POST /run`) that called a model, however they ended. */
  readonly runs: number
  /** Of `nanos` and `unpricedCalls`, those of runs. */
  readonly runNanos: number
  readonly runUnpricedCalls: number
  /** Of these jobs, those that ended before the ledger was kept: they have no `modelCalls`, but for that all sums. */
  readonly uncounted: number
}

const NO_ENDS = { completed: 0, failed: 0, canceled: 0, uncounted: 0 }

export const NO_SUMS: UsageSums = { ...NO_ENDS, runs: 0, runNanos: 0, runUnpricedCalls: 0, ...NO_SPENDING }

/** What is kept of a job or run for ever: its part in the sums of one tenant, day, agent and model. */
export interface UsageEntry extends UsageSums {
  readonly tenantId: string
  /** Of UTC, counted from 1970-01-01. The one in which it ended. */
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
 * Runs have no commit that could count them, so they are added.
 * An implementation is correct when `test/contracts/usage-ledger.contract.ts` passes.
 */
export interface UsageLedger {
  read(query: UsageQuery): Promise<UsageReport>

  /** All of them or none. A repeat counts again. @throws {StorageUnavailableError} after which they may have been added. */
  add(entries: readonly UsageEntry[]): Promise<void>
}

/** A run without a job that has ended, however it did. */
export interface EndedRun {
  readonly tenantId: string
  readonly agent: string
  readonly finishedAt: number
  readonly spending: readonly ModelSpending[]
}

/** What these events, the last of `job`, add to the ledger: something if they end it. */
export function usageOf(job: JobRecord, events: readonly JobEvent[]): readonly UsageEntry[] {
  return events.some(isEnding) ? usageOfEnded(job) : []
}

/** One entry for each model that it has called. The job itself counts in the first. */
export function usageOfEnded(job: JobRecord): readonly UsageEntry[] {
  if (!isFinished(job)) return []
  const { status, receipt } = job
  const spending = receipt.spending.length > 0 ? receipt.spending : [{ model: '', ...NO_SPENDING }]
  return entriesOf({ ...job, spending }).map((entry, index) => ({ ...entry, [status]: index === 0 ? 1 : 0 }))
}

/** The same of a run; nothing where it called no model. */
export function usageOfRun(run: EndedRun): readonly UsageEntry[] {
  return entriesOf(run).map((entry, index) => {
    const { nanos: runNanos, unpricedCalls: runUnpricedCalls } = entry
    return { ...entry, runs: index === 0 ? 1 : 0, runNanos, runUnpricedCalls }
  })
}

function entriesOf({ tenantId, agent, finishedAt, spending }: EndedRun): readonly UsageEntry[] {
  const day = Math.floor(finishedAt / DAY_MS)
  return spending.map((one) => ({ tenantId, day, agent, ...NO_SUMS, ...one }))
}
