import type { AgentReport } from '#domain/agent/report.ts'
import type { TurnEvent } from '#domain/agent/turn-event.ts'
import type { JobEvent, StoredEvent } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { RequestTrace, TraceContext } from '#domain/trace/trace-context.ts'
import type { EndedRun } from './usage-ledger.ts'

/** What has become durable. */
export interface Commit {
  /** The job after `events`. */
  readonly state: JobState
  readonly events: readonly JobEvent[]
  /** The whole journal, for a job that this process does not know yet. */
  readonly journal: () => Promise<readonly StoredEvent[]>
}

/** A run without a job, after its end. */
export interface SyncRun {
  readonly runId: string
  readonly tenantId: string
  readonly agent: string
  readonly agentVersion: string
  readonly trace: RequestTrace
  readonly startedAt: number
  readonly finishedAt: number
  readonly events: readonly TurnEvent[]
  /** The report, or what was thrown. */
  readonly outcome: { readonly report: AgentReport } | { readonly error: unknown }
}

/**
 * Follows what jobs and runs do, for traces and metrics. It never holds up or fails a job: the calls return at once and
 * never throw. What cannot be delivered is dropped and counted. Absent where telemetry is off.
 */
export interface Telemetry {
  committed(commit: Commit): void
  ran(run: SyncRun): void
  /** A run that may be missing in the sums of usage, because the storage did not take it. */
  uncounted(run: Pick<EndedRun, 'tenantId' | 'agent'>): void
  /** Whether spans of this trace are recorded: the same answer in every process. */
  isSampled(traceId: string, parent: TraceContext | null): boolean
  /** Resolves when what is recorded so far is delivered, or was given up. Never rejects. */
  flush(): Promise<void>
  /** The same for the last time, within seconds: nothing is tried again, and no timer or request is left. */
  close(): Promise<void>
}
