import type { JobOptions } from '#domain/job/options.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'

/** What is known of a job from its first event. */
export interface SubmittedJob {
  readonly id: string
  readonly runId: string
  readonly tenantId: string
  readonly agent: string
  readonly createdAt: number
  readonly createdBy: Actor
  readonly input: JsonValue
  readonly options: JobOptions
}
