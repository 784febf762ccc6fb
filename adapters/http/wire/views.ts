import type * as z from 'zod'
import type { AgentReport } from '#domain/agent/report.ts'
import type { Delivery } from '#domain/callback/delivery.ts'
import type { NamedCall } from '#domain/agent/doubtful-calls.ts'
import {
  type ApprovalCall,
  type FinishedJob,
  type JobRecord,
  type Receipt,
  type Wait,
  type WaitingCall,
  isFinished,
} from '#domain/job/job.ts'
import { expiresAt } from '#domain/job/wake.ts'
import { microsOf, totalOf } from '#domain/money/cost.ts'
import { rfc3339 } from './common.ts'
import { moneyView } from './money.ts'
import type { CallbackMessage, Job, Report, Waiting, waitingCall } from './job.ts'

export type ReportView = Readonly<z.infer<typeof Report>>

export function reportView(report: AgentReport): ReportView {
  const { toolCalls, cost, startedAt, finishedAt, ...rest } = report
  const times = { startedAt: rfc3339(startedAt), finishedAt: rfc3339(finishedAt) }
  return { ...rest, toolCalls: [...toolCalls], ...moneyView(cost), ...times }
}

export type JobView = Readonly<z.infer<typeof Job>>

/** A job as its tenant sees it: never its lease, its tenant or its version; and what it holds only if that may be read. */
export function jobView(job: JobRecord, mayRead: boolean): JobView {
  const { id, status, agent, attempt, startedAt, cancelRequestedAt } = job
  return {
    id,
    status,
    agent,
    ...(mayRead && orderView(job)),
    attempt,
    createdAt: rfc3339(job.createdAt),
    updatedAt: rfc3339(job.updatedAt),
    ...(job.status === 'queued' && job.runAt > job.updatedAt && { runAt: rfc3339(job.runAt) }),
    ...(startedAt !== null && { startedAt: rfc3339(startedAt) }),
    ...(cancelRequestedAt !== null && { cancelRequestedAt: rfc3339(cancelRequestedAt) }),
    ...(isFinished(job) && endView(job)),
    ...(mayRead && outcomeView(job)),
    links: { self: `/jobs/${id}`, events: `/jobs/${id}/events`, deliveries: `/jobs/${id}/deliveries` },
  }
}

/** What was asked for. */
function orderView({ agentVersion, input, options, createdBy, cancelRequestedBy }: JobRecord): Partial<JobView> {
  const { tags, metadata, batch, callback, writes, retainMs, retryOf } = options
  return {
    ...(agentVersion !== null && { agentVersion }),
    input,
    tags: [...tags],
    metadata,
    batch,
    callback: callback && { url: callback.url, events: [...callback.events] },
    ...(writes && { writes }),
    retentionSeconds: Math.round(retainMs / 1000),
    retryOf,
    createdBy,
    ...(cancelRequestedBy && { cancelRequestedBy }),
  }
}

function endView(job: FinishedJob): Partial<JobView> {
  const finishedAt = rfc3339(job.finishedAt)
  return {
    finishedAt,
    expiresAt: rfc3339(expiresAt(job)),
    ...(job.status === 'canceled' && { canceledAt: finishedAt }),
  }
}

/** What has come of it. */
function outcomeView(job: JobRecord): Partial<JobView> {
  if (!isFinished(job))
    return {
      ...(job.receipt.modelCalls > 0 && { receipt: receiptView(job.receipt) }),
      ...(job.status === 'waiting' && { waiting: waitView(job.wait, job.id) }),
    }
  return {
    receipt: receiptView(job.receipt),
    ...(job.status === 'completed' && { report: reportView(job.report) }),
    ...(job.status === 'failed' && { error: job.error }),
    ...(job.status !== 'completed' &&
      job.unknownCalls.length > 0 && { unknownCalls: job.unknownCalls.map((call) => callView(call, job.id)) }),
  }
}

function receiptView({ lastCallAt, cost, usage, ...counts }: Receipt): JobView['receipt'] {
  const { modelCalls, failedModelCalls, wastedModelCalls, toolCalls } = counts
  return {
    ...{ modelCalls, failedModelCalls, wastedModelCalls, toolCalls },
    usage,
    lastCallAt: lastCallAt === null ? null : rfc3339(lastCallAt),
    ...moneyView(totalOf(cost)),
    failedCostMicros: microsOf(cost.failed),
  }
}

/** `jobId`: given, the calls carry their links. */
export function waitView(wait: Wait, jobId?: string): z.infer<typeof Waiting> {
  if (wait.reason === 'retry') return { ...wait, until: rfc3339(wait.until) }
  if (wait.reason === 'unknown_agent')
    return { reason: wait.reason, since: rfc3339(wait.since), until: rfc3339(wait.until) }
  if (wait.reason === 'approval')
    return {
      reason: wait.reason,
      calls: wait.calls.map((call) => ({ ...approvalView(call), ...linksOf(call, jobId) })),
    }
  return { reason: wait.reason, calls: wait.calls.map((call) => callView(call, jobId)) }
}

function approvalView({ since, expiresAt, ...call }: ApprovalCall) {
  return { ...call, since: rfc3339(since), ...(expiresAt !== undefined && { expiresAt: rfc3339(expiresAt) }) }
}

function callView(call: WaitingCall, jobId?: string): z.infer<typeof waitingCall> {
  return { ...call, startedAt: rfc3339(call.startedAt), ...linksOf(call, jobId) }
}

function linksOf({ callId }: NamedCall, jobId?: string) {
  return jobId === undefined ? {} : { links: { resolve: `/jobs/${jobId}/calls/${encodeURIComponent(callId)}/resolve` } }
}

/** A change that a receiver could take amiss adds one. */
const CALLBACK_FORMAT = 1

/** The body of a callback. The same in every attempt, however the job has gone on. */
export function callbackBody(job: JobRecord, { id, event, occurredAt, unknownCalls }: Delivery): string {
  const { tags, metadata, batch } = job.options
  const message: z.infer<typeof CallbackMessage> = {
    type: event,
    timestamp: rfc3339(occurredAt),
    format: CALLBACK_FORMAT,
    data: {
      jobId: job.id,
      status: STATUS_TOLD[event],
      agent: job.agent,
      sequence: job.deliveries.findIndex((delivery) => delivery.id === id) + 1,
      tags: [...tags],
      metadata,
      batch,
      ...(unknownCalls.length > 0 && { unknownCalls: [...unknownCalls] }),
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
