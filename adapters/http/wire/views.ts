import type * as z from 'zod'
import type { Agent } from '#domain/agent/agent.ts'
import type { AgentReport } from '#domain/agent/report.ts'
import type { Delivery } from '#domain/job/delivery.ts'
import { type FinishedJob, type JobRecord, type Wait, isFinished } from '#domain/job/job.ts'
import { expiresAt } from '#domain/job/wake.ts'
import { jsonSchemaOf } from '#domain/schema.ts'
import type { Product, StoredDraft } from '#domain/shop/product.ts'
import type { AgentInfo, ProductWithDrafts } from './catalog.ts'
import { rfc3339 } from './common.ts'
import type { CallbackMessage, DeliveryView, Job, Report, Waiting } from './job.ts'

export type ReportView = Readonly<z.infer<typeof Report>>

export function reportView(report: AgentReport): ReportView {
  const { toolCalls, startedAt, finishedAt, ...rest } = report
  return { ...rest, toolCalls: [...toolCalls], startedAt: rfc3339(startedAt), finishedAt: rfc3339(finishedAt) }
}

/** A job as its owner sees it: never its lease, its tenant or its version. */
export type JobView = Readonly<z.infer<typeof Job>>

export function jobView(job: JobRecord): JobView {
  const { id, status, agent, input, options, attempt, startedAt, cancelRequestedAt } = job
  return {
    id,
    status,
    agent,
    input,
    tags: [...options.tags],
    metadata: options.metadata,
    batch: options.batch,
    callback: options.callback && { url: options.callback.url, events: [...options.callback.events] },
    retryOf: options.retryOf,
    attempt,
    createdAt: rfc3339(job.createdAt),
    updatedAt: rfc3339(job.updatedAt),
    ...(startedAt !== null && { startedAt: rfc3339(startedAt) }),
    ...(cancelRequestedAt !== null && { cancelRequestedAt: rfc3339(cancelRequestedAt) }),
    ...(job.status === 'waiting' && { waiting: waitView(job.wait, id) }),
    ...(isFinished(job) && endingView(job)),
    links: { self: `/jobs/${id}`, events: `/jobs/${id}/events`, deliveries: `/jobs/${id}/deliveries` },
  }
}

/** `jobId`: given, the calls carry their links. */
export function waitView(wait: Wait, jobId?: string): z.infer<typeof Waiting> {
  if (wait.reason === 'retry') return { ...wait, until: rfc3339(wait.until) }
  const calls = wait.calls.map((call) => ({
    ...call,
    startedAt: rfc3339(call.startedAt),
    ...(jobId !== undefined && {
      links: { resolve: `/jobs/${jobId}/calls/${encodeURIComponent(call.callId)}/resolve` },
    }),
  }))
  return { reason: wait.reason, calls }
}

function endingView(job: FinishedJob): Partial<JobView> {
  const { lastCallAt, ...counts } = job.receipt
  const ended = {
    finishedAt: rfc3339(job.finishedAt),
    expiresAt: rfc3339(expiresAt(job)),
    receipt: { ...counts, lastCallAt: lastCallAt === null ? null : rfc3339(lastCallAt) },
  }
  switch (job.status) {
    case 'completed':
      return { ...ended, report: reportView(job.report) }
    case 'failed':
      return { ...ended, error: job.error }
    case 'canceled':
      return { ...ended, canceledAt: ended.finishedAt }
  }
}

export function deliveryView(jobId: string, delivery: Delivery): z.infer<typeof DeliveryView> {
  const { id, event, status, occurredAt, nextAt, attemptCount, attempts } = delivery
  return {
    id,
    event,
    status,
    occurredAt: rfc3339(occurredAt),
    nextAttemptAt: nextAt === null ? null : rfc3339(nextAt),
    attemptCount,
    attempts: attempts.map((attempt) => ({ ...attempt, at: rfc3339(attempt.at) })),
    links: { redeliver: `/jobs/${jobId}/deliveries/${id}/redeliver` },
  }
}

/** The body of a callback. The same in every attempt, however the job has gone on. */
export function callbackBody(job: JobRecord, { id, event, occurredAt }: Delivery): string {
  const { tags, metadata, batch } = job.options
  const message: z.infer<typeof CallbackMessage> = {
    type: event,
    timestamp: rfc3339(occurredAt),
    data: {
      jobId: job.id,
      status: STATUS_TOLD[event],
      agent: job.agent,
      sequence: job.deliveries.findIndex((delivery) => delivery.id === id) + 1,
      tags: [...tags],
      metadata,
      batch,
      links: { self: `/jobs/${job.id}` },
    },
  }
  return JSON.stringify(message)
}

const STATUS_TOLD = {
  'job.waiting': 'waiting',
  'job.completed': 'completed',
  'job.failed': 'failed',
  'job.canceled': 'canceled',
} as const satisfies Record<Delivery['event'], JobRecord['status']>

export function agentView(agent: Agent, defaultModel: string): z.infer<typeof AgentInfo> {
  return {
    name: agent.name,
    description: agent.description,
    model: agent.model ?? defaultModel,
    maxIterations: agent.maxIterations,
    inputSchema: agent.input && { ...jsonSchemaOf(agent.input) },
    tools: agent.tools.map(({ name, description, effect }) => ({ name, description, effect })),
  }
}

export function productView(product: Product, drafts: readonly StoredDraft[]): z.infer<typeof ProductWithDrafts> {
  return {
    ...product,
    tags: [...product.tags],
    variants: [...product.variants],
    drafts: drafts.map((draft) => ({ ...draft, savedAt: rfc3339(draft.savedAt) })),
  }
}
