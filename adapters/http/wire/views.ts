import type { Agent } from '#domain/agent/agent.ts'
import type { AgentReport } from '#domain/agent/report.ts'
import type { JobError, JobRecord, JobStatus } from '#domain/job/job.ts'
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
  readonly finishedAt?: string
  readonly report?: ReportView
  readonly error?: JobError
  readonly links: { readonly self: string }
}

export function jobView(job: JobRecord): JobView {
  const { id, status, agent, input, attempt, createdAt, updatedAt, startedAt } = job
  return {
    id,
    status,
    agent,
    input,
    attempt,
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
    ...(startedAt !== null && { startedAt: timestamp(startedAt) }),
    ...('finishedAt' in job && { finishedAt: timestamp(job.finishedAt) }),
    ...(job.status === 'completed' && { report: reportView(job.report) }),
    ...(job.status === 'failed' && { error: job.error }),
    links: { self: `/jobs/${id}` },
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
