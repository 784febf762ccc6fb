import type { JobRecord } from '#domain/job/job.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { RequestTrace } from '#domain/trace/trace-context.ts'
import type { Content } from './turn-spans.ts'

/** What the spans of a job need of it. It is kept for as long as the job runs, so it is little. */
export interface SubmittedJob {
  readonly id: string
  readonly runId: string
  readonly tenantId: string
  readonly agent: string
  readonly createdAt: number
  readonly createdBy: Actor
  /** `null` where content is not captured. */
  readonly input: JsonValue
  readonly trace: RequestTrace | undefined
  readonly retryOf: string | null
  readonly callbackUrl: string | null
}

export function submittedJobOf(job: JobRecord, { isCaptured }: Content): SubmittedJob {
  const { id, runId, tenantId, agent, createdAt, createdBy, options } = job
  return {
    id,
    runId,
    tenantId,
    agent,
    createdAt,
    createdBy,
    input: isCaptured ? job.input : null,
    trace: options.trace,
    retryOf: options.retryOf,
    callbackUrl: options.callback?.url ?? null,
  }
}
