import type { Resource } from '#adapters/http/resource.ts'
import { type AgentResourceDeps, agentResource } from '#adapters/http/resources/agents.ts'
import { type BatchResourceDeps, batchResource } from '#adapters/http/resources/batches/resource.ts'
import { callerResource } from '#adapters/http/resources/caller.ts'
import { errorResource } from '#adapters/http/resources/errors/resource.ts'
import { type HealthResourceDeps, healthResource } from '#adapters/http/resources/health.ts'
import { type JobResourceDeps, jobResource } from '#adapters/http/resources/jobs/resource.ts'
import { type MetricsResourceDeps, metricsResource } from '#adapters/http/resources/metrics.ts'
import { type OperationResourceDeps, operationResource } from '#adapters/http/resources/operations.ts'
import { type KeyResourceDeps, keyResource } from '#adapters/http/resources/keys.ts'
import { type ProposalResourceDeps, proposalResource } from '#adapters/http/resources/proposals/resource.ts'
import { type ReadinessResourceDeps, readinessResource } from '#adapters/http/resources/readiness.ts'
import { type ScheduleResourceDeps, scheduleResource } from '#adapters/http/resources/schedules/resource.ts'
import { type RunResourceDeps, runResource } from '#adapters/http/resources/run/resource.ts'
import { type UsageResourceDeps, usageResource } from '#adapters/http/resources/usage.ts'
import { type WebhookResourceDeps, webhookResource } from '#adapters/http/resources/webhooks/resource.ts'

export type ResourceDeps = RunResourceDeps &
  JobResourceDeps &
  OperationResourceDeps &
  ScheduleResourceDeps &
  WebhookResourceDeps &
  BatchResourceDeps &
  ProposalResourceDeps &
  AgentResourceDeps &
  KeyResourceDeps &
  HealthResourceDeps &
  ReadinessResourceDeps &
  UsageResourceDeps &
  MetricsResourceDeps

/** What the HTTP interface serves, in the order of its document. To serve more, add an entry; the routes of an installation are in its config. */
export function httpResources(deps: ResourceDeps): readonly Resource[] {
  return [
    runResource(deps),
    jobResource(deps),
    operationResource(deps),
    scheduleResource(deps),
    webhookResource(deps),
    batchResource(deps),
    proposalResource(deps),
    agentResource(deps),
    usageResource(deps),
    callerResource(),
    keyResource(deps),
    errorResource(),
    healthResource(deps),
    readinessResource(deps),
    ...metricsResource(deps),
  ]
}
