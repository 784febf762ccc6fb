import type { Actor } from '#domain/tenant/actor.ts'
import { parentOf, submissionSpan } from '#domain/trace/span-ids.ts'
import type { SubmittedJob } from './submitted-job.ts'
import * as n from './names.ts'
import { type Attributes, SPAN_KIND, type Span } from './span.ts'

/** By the kind of who submitted it. Of a kind that a newer release has stored, the job says only that it was submitted. */
const NAMES: Readonly<Partial<Record<Actor['kind'], string>>> = {
  schedule: 'schedule fire',
  webhook: 'webhook event',
  batch: 'batch item',
  operation: 'bulk operation',
}

/** What began a job: the client's request, or what Errand did by itself. Its parent is the client's span. */
export function submissionOf(job: SubmittedJob): Span {
  const { createdAt, createdBy, trace } = job
  const receivedAt = trace?.receivedAt
  const isRequest = receivedAt !== undefined
  const request: Attributes = isRequest
    ? { [n.HTTP_METHOD]: 'POST', [n.HTTP_ROUTE]: '/jobs', [n.HTTP_STATUS]: 202 }
    : {}
  return {
    subject: 'submission',
    spanId: submissionSpan(job.runId),
    parentId: parentOf(job)?.spanId ?? null,
    name: isRequest ? 'POST /jobs' : (NAMES[createdBy.kind] ?? 'submit job'),
    kind: isRequest ? SPAN_KIND.server : SPAN_KIND.producer,
    startedAt: Math.min(receivedAt ?? createdAt, createdAt),
    endedAt: createdAt,
    attributes: {
      ...request,
      [n.AGENT_NAME]: job.agent,
      [n.JOB_ID]: job.id,
      [n.TENANT_ID]: job.tenantId,
      [n.SUBMITTED_BY]: createdBy.kind,
      [n.SUBMITTER_ID]: 'id' in createdBy ? createdBy.id : undefined,
    },
  }
}
