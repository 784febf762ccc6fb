import { createConsole } from '#adapters/console/console.ts'
import { isConsole } from '#adapters/console/path.ts'
import { createHttpApp } from '#adapters/http/app.ts'
import { ownResource } from '#adapters/http/own-resource.ts'
import { RateLimiter } from '#adapters/http/rate-limiter.ts'
import type { JobHome } from '#adapters/http/resources/jobs/job-home.ts'
import type { ScheduleUseCases } from '#adapters/http/resources/schedules/schedules.ts'
import type { BatchResourceDeps } from '#adapters/http/resources/batches/resource.ts'
import type { HttpApp } from '#adapters/http/server.ts'
import { requestSlots } from '#adapters/http/slots.ts'
import { AgentVersions } from '#application/agent/agent-versions.ts'
import { Authenticate } from '#application/tenant/authenticate.ts'
import { Batches } from '#application/batch/batches.ts'
import { ListBatches } from '#application/batch/list-batches.ts'
import { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { UploadItems } from '#application/batch/upload-items.ts'
import { BulkOperations } from '#application/operation/bulk-operations.ts'
import { CheckReadiness } from '#application/health/check-readiness.ts'
import { GetJob } from '#application/job/get-job.ts'
import { CountJobs } from '#application/job/count-jobs.ts'
import { ReadActivity } from '#application/job/read-activity.ts'
import { ListJobs } from '#application/job/list-jobs.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { ControlSchedule } from '#application/schedule/control-schedule.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { ReceiveWebhook } from '#application/webhook/receive-webhook.ts'
import { ReplayEvent } from '#application/webhook/replay-event.ts'
import { ShowWebhooks } from '#application/webhook/show-webhooks.ts'
import { VerifyWebhook } from '#application/webhook/verify-webhook.ts'
import { ReadProposals } from '#application/write/read-proposals.ts'
import { httpResources } from './resources.ts'
import { telemetryOf } from './telemetry.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/**
 * The API and the console over what the container holds. `home` carries out what is asked of a job where the job lives.
 * @param basePath where the app is mounted in another one.
 */
export function httpApp(c: DependencyContainer, home: JobHome, basePath = ''): HttpApp {
  const api = apiOf(c, home)
  const console = createConsole({
    api: (request, connection) => api.fetch(request, connection),
    basePath,
    sealer: c.resolve(t.SEALER),
    clock: c.resolve(t.CLOCK),
    logger: c.resolve(t.LOGGER),
  })
  return { fetch: (request, connection) => (isConsole(request.url) ? console : api).fetch(request, connection) }
}

function apiOf(c: DependencyContainer, home: JobHome): ReturnType<typeof createHttpApp> {
  const rates = new RateLimiter({ tenants: c.resolve(t.TENANTS), clock: c.resolve(t.CLOCK) })
  const resources = resourcesOf(c, home, rates)
  return createHttpApp({
    resources: [...resources, ownResource(c.resolve(t.OWN_ROUTES), resources)],
    authenticate: c.resolve(Authenticate),
    rates,
    corsOrigins: c.resolve(t.CORS_ORIGINS),
    openMode: c.resolve(t.OPEN_MODE),
    peerAddress: c.resolve(t.PEER_ADDRESS),
    logger: c.resolve(t.LOGGER),
  })
}

function schedulesOf(c: DependencyContainer): ScheduleUseCases {
  return {
    putSchedule: c.resolve(PutSchedule),
    deleteSchedule: c.resolve(DeleteSchedule),
    controlSchedule: c.resolve(ControlSchedule),
    readSchedules: c.resolve(ReadSchedules),
  }
}

function resourcesOf(c: DependencyContainer, home: JobHome, rates: RateLimiter): ReturnType<typeof httpResources> {
  const tenants = c.resolve(t.TENANTS)
  const clock = c.resolve(t.CLOCK)
  const slots = requestSlots({ tenants, clock, maxRuns: c.resolve(t.MAX_RUNS) })
  return httpResources({
    ...home,
    runSync: c.resolve(RunSync),
    submitJob: c.resolve(SubmitJob),
    retryJob: c.resolve(RetryJob),
    getJob: c.resolve(GetJob),
    listJobs: c.resolve(ListJobs),
    countJobs: c.resolve(CountJobs),
    readActivity: c.resolve(ReadActivity),
    operations: c.resolve(BulkOperations),
    schedules: schedulesOf(c),
    verifyWebhook: c.resolve(VerifyWebhook),
    receiveWebhook: c.resolve(ReceiveWebhook),
    replayEvent: c.resolve(ReplayEvent),
    showWebhooks: c.resolve(ShowWebhooks),
    rates,
    ...batchesOf(c),
    readProposals: c.resolve(ReadProposals),
    usage: c.resolve(t.USAGE_LEDGER),
    readiness: c.resolve(CheckReadiness),
    slots,
    maxRunMs: c.resolve(t.LIMITS).maxRunMs,
    manageKeys: c.resolve(ManageKeys),
    agents: c.resolve(t.AGENTS),
    agentVersions: c.resolve(AgentVersions),
    tenants,
    clock,
    defaultModel: c.resolve(t.DEFAULT_MODEL),
    logger: c.resolve(t.LOGGER),
    runtime: c.resolve(t.RUNTIME),
    isTraced: telemetryOf(c) !== undefined,
    metricsText: c.isRegistered(t.METRICS_TEXT) ? c.resolve(t.METRICS_TEXT) : undefined,
  })
}

function batchesOf(c: DependencyContainer): Omit<BatchResourceDeps, 'slots' | 'clock' | 'logger'> {
  return {
    batches: c.resolve(Batches),
    listBatches: c.resolve(ListBatches),
    uploadItems: c.resolve(UploadItems),
    readItems: c.resolve(ReadItems),
    itemResults: c.resolve(t.BATCH_RESULTS),
    redeliverBatchCallback: c.resolve(RedeliverBatchCallback),
  }
}
