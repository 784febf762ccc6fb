import type { Agent } from '#domain/agent/agent.ts'
import type { AgentReport } from '#domain/agent/report.ts'
import type { CallCounts } from '#domain/agent/turn.ts'
import {
  type FinishedJob,
  type JobError,
  type JobRecord,
  type JobStatus,
  type Wait,
  type WaitingCall,
  isFinished,
} from '#domain/job/job.ts'
import type { JsonObject, JsonValue } from '#domain/json.ts'
import { jsonSchemaOf } from '#domain/schema.ts'
import type { Product, StoredDraft } from '#domain/shop/product.ts'

/** Epoch milliseconds as RFC 3339, which is how every time leaves us. */
function timestamp(at: number): string {
  return new Date(at).toISOString()
}

export type ReportView = Omit<AgentReport, 'startedAt' | 'finishedAt'> & {
  readonly startedAt: string
  readonly finishedAt: string
}

export function reportView(report: AgentReport): ReportView {
  return { ...report, startedAt: timestamp(report.startedAt), finishedAt: timestamp(report.finishedAt) }
}

/** A job as its owner sees it: never its lease, its tenant or its version. */
export interface JobView {
  readonly id: string
  readonly status: JobStatus
  readonly agent: string
  readonly input: JsonValue
  /** Executions begun so far. */
  readonly attempt: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly startedAt?: string
  readonly cancelRequestedAt?: string
  readonly canceledAt?: string
  readonly finishedAt?: string
  /** What a waiting job waits for. */
  readonly waiting?: WaitView
  readonly report?: ReportView
  readonly receipt?: ReceiptView
  readonly error?: JobError
  readonly links: { readonly self: string }
}

/** What a job has done; `lastCallAt` of a canceled one is not after its `cancelRequestedAt`. */
export type ReceiptView = Omit<CallCounts, 'lastCallAt'> & { readonly lastCallAt: string | null }

export type WaitView =
  | { readonly reason: 'retry'; readonly until: string; readonly error: JobError }
  | { readonly reason: 'outcome_unknown'; readonly calls: readonly WaitingCallView[] }

export type WaitingCallView = Omit<WaitingCall, 'startedAt'> & {
  readonly startedAt: string
  /** Where to say what became of the call. */
  readonly links?: { readonly resolve: string }
}

export function jobView(job: JobRecord): JobView {
  const { id, status, agent, input, attempt, createdAt, updatedAt, startedAt, cancelRequestedAt } = job
  return {
    id,
    status,
    agent,
    input,
    attempt,
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
    ...(startedAt !== null && { startedAt: timestamp(startedAt) }),
    ...(cancelRequestedAt !== null && { cancelRequestedAt: timestamp(cancelRequestedAt) }),
    ...(job.status === 'waiting' && { waiting: waitView(job.wait, id) }),
    ...(isFinished(job) && endingView(job)),
    links: { self: `/jobs/${id}` },
  }
}

/** `jobId`: given, the calls carry their links. */
export function waitView(wait: Wait, jobId?: string): WaitView {
  if (wait.reason === 'retry') return { ...wait, until: timestamp(wait.until) }
  const calls = wait.calls.map((call) => ({
    ...call,
    startedAt: timestamp(call.startedAt),
    ...(jobId !== undefined && {
      links: { resolve: `/jobs/${jobId}/calls/${encodeURIComponent(call.callId)}/resolve` },
    }),
  }))
  return { reason: wait.reason, calls }
}

function endingView(job: FinishedJob): Partial<JobView> {
  const finishedAt = timestamp(job.finishedAt)
  const { lastCallAt, ...counts } = job.receipt
  const receipt = { ...counts, lastCallAt: lastCallAt === null ? null : timestamp(lastCallAt) }
  switch (job.status) {
    case 'completed':
      return { finishedAt, receipt, report: reportView(job.report) }
    case 'failed':
      return { finishedAt, receipt, error: job.error }
    case 'canceled':
      return { finishedAt, receipt, canceledAt: finishedAt }
  }
}

export interface AgentView {
  readonly name: string
  readonly description: string
  readonly model: string
  readonly maxIterations: number
  /** JSON Schema of the input; `null` takes any JSON. */
  readonly inputSchema: JsonObject | null
  readonly tools: readonly { readonly name: string; readonly description: string; readonly effect: string }[]
}

export function agentView(agent: Agent, defaultModel: string): AgentView {
  return {
    name: agent.name,
    description: agent.description,
    model: agent.model ?? defaultModel,
    maxIterations: agent.maxIterations,
    inputSchema: agent.input && jsonSchemaOf(agent.input),
    tools: agent.tools.map(({ name, description, effect }) => ({ name, description, effect })),
  }
}

export type DraftView = Omit<StoredDraft, 'savedAt'> & { readonly savedAt: string }

export type ProductView = Product & { readonly drafts: readonly DraftView[] }

export function productView(product: Product, drafts: readonly StoredDraft[]): ProductView {
  return { ...product, drafts: drafts.map((draft) => ({ ...draft, savedAt: timestamp(draft.savedAt) })) }
}
