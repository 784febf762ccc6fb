import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { eventsOpener } from '#adapters/http/sse.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import { createHttpApp } from '#adapters/http/app.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { RateLimiter } from '#adapters/http/rate-limiter.ts'
import { requestSlots } from '#adapters/http/slots.ts'
import { callbackBody } from '#adapters/http/wire/views.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { Authenticate } from '#application/tenant/authenticate.ts'
import { BulkOperations } from '#application/operation/bulk-operations.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { CountJobs } from '#application/job/count-jobs.ts'
import { ReadActivity } from '#application/job/read-activity.ts'
import { ListJobs } from '#application/job/list-jobs.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlProbe } from '#adapters/sql/storage-probe.ts'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import { DEFAULT_TENANT, TenantPolicies } from '#domain/tenant/policy.ts'
import { CheckReadiness } from '#application/health/check-readiness.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { GetJob } from '#application/job/get-job.ts'
import { httpResources } from '#composition/resources.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { CountRuns } from '#application/agent/count-runs.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Models } from '#ports/model.ts'
import { atOnce } from './in-background.ts'
import { startsOn } from './agent-versions.ts'
import { checkContract } from './contract-check.ts'
import { CrashingStore } from './crashing-store.ts'
import { ALONE, T0, TILL } from './fixtures.ts'
import { httpProposals } from './http-proposals.ts'
import { httpSchedules } from './http-schedules.ts'
import { ListedJobStore } from './listed-job-store.ts'
import { operating } from './operating.ts'
import { noCallbacks } from './no-receivers.ts'
import { RecordingLogger } from './recording-logger.ts'
import { RecordingWaker } from './recording-waker.ts'
import { ROOMY } from './tenants.ts'
import type { TestApp, TestAppOptions } from './test-app-options.ts'
import { testDatabase } from './test-database.ts'
import { webhookUseCases } from './webhook-use-cases.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { batching, counted } from './batching.ts'
import { PRICES } from './prices.ts'

export type { TestApp }

/** The HTTP interface over memory, on a clock that stands still at `T0`. */
export function testApp(agents: readonly Agent[], models: Models, options: TestAppOptions = {}): TestApp {
  const { sender = noCallbacks, resources: arrange = asTheyAre } = options
  const clock = new ManualClock(T0)
  const random = new CryptoRandom()
  const hasher = new WebHasher()
  const idSecret = { read: () => Promise.resolve(options.idSecret ?? 'of this test') }
  const derivedIds = new DerivedIds({ hasher, idSecret })
  const ids = new UlidGenerator(clock, random)
  const waker = new RecordingWaker()
  const store = new CrashingStore(waker)
  const feed = new LocalFeed()
  const { db, ready, keptCounts: kept } = testDatabase()
  const proposals = new SqlProposalIndex(db)
  const listed = new ListedJobStore(store, proposals)
  const jobs = counted(new PublishedJobStore(listed, feed), () => batch.endItem)
  const logger = new RecordingLogger()
  const registry = new AgentRegistry(agents)
  const tenants = new TenantPolicies(ROOMY, new Map([[DEFAULT_TENANT, options.policy ?? {}]]))
  const keys = new SqlApiKeys(db)
  const operationStore = new SqlRecordStore(db, OPERATION, waker)
  const manageKeys = new ManageKeys({ keys, hasher, random, clock })
  const turn = {
    agents: registry,
    tenants,
    models,
    clock,
    logger,
    defaultModel: 'scripted/test',
    prices: PRICES,
    limits: DEFAULT_LIMITS,
  }
  const executeJob = new ExecuteJob({
    ...turn,
    agents: options.executes ? new AgentRegistry(options.executes) : registry,
    jobs,
    waker,
    feed,
    random,
    executor: ALONE,
    dispatchLog: new LocalDispatchLog(ALONE.id),
  })
  const queueDepth = new QueueDepth({ index: store, tenants, clock, logger, inBackground: atOnce })
  const submitJob = new SubmitJob({ ...turn, jobs, ids, tenants, queueDepth, callbacks: sender, hasher, derivedIds })
  const retryJob = new RetryJob({ jobs, submitJob })
  const cancelJob = new CancelJob({ jobs, clock, executions: executeJob })
  const deleteJob = new DeleteJob({ jobs, clock, logger })
  const goneReceivers = new SqlGoneReceivers(db)
  const delivering = { jobs, sender, tenants, goneReceivers, render: callbackBody, clock, random, logger }
  const deliverCallbacks = new DeliverCallbacks(delivering)
  const resolveCall = new ResolveCall({ ...turn, jobs })
  const { write, ...deciding } = httpProposals({ ...turn, jobs, db })
  const scheduling = { db, waker, clock, hasher, ids, derivedIds, submitJob, cancelJob, jobs }
  const { wake: wakeSchedule, ...schedules } = httpSchedules(scheduling)
  const acting = { cancelJob, retryJob, resolveCall }
  const operate = operating(operationStore, { index: store, proposals, ...deciding, ...acting, deleteJob, clock })
  const bulk = { operations: operationStore, index: store, proposals, clock, ids, hasher, derivedIds }
  const batchRecords = new SqlRecordStore(db, BATCH, waker)
  const submitting = { jobs, submitJob, sender, derivedIds, hasher, ids, random }
  const batch = batching({ ...turn, ...acting, ...submitting, db, batchRecords })
  const readiness = new CheckReadiness({ storage: options.storage ?? new SqlProbe(db), clock, logger })
  const rates = new RateLimiter({ tenants, clock })
  const received = { log: new SqlWebhookLog(db), webhooks: options.webhooks, submitJob, idSecret }
  const slots = requestSlots({ tenants, clock, maxRuns: options.maxRuns ?? 1000 })
  const { agentVersions, startWith } = startsOn(db, { agents, clock, ready })
  const countRuns = new CountRuns({ usage: store.ledger, inBackground: atOnce, clock, logger })
  const resources = httpResources({
    agentVersions,
    ...webhookUseCases({ ...received, ...schedules, derivedIds, hasher, clock, logger, ids }),
    rates,
    ...batch,
    runSync: new RunSync({ ...turn, ids, countRuns }),
    submitJob,
    retryJob,
    getJob: new GetJob({ jobs }),
    cancelJob,
    deleteJob,
    ...deciding,
    waitForJob: new WaitForJob({ jobs, feed, clock }),
    openEvents: eventsOpener(new WatchJob({ jobs, feed, clock })),
    resolveCall,
    redeliver: new Redeliver({ jobs, goneReceivers, clock }),
    listJobs: new ListJobs({ index: store }),
    usage: store.ledger,
    readActivity: new ReadActivity({ index: store, clock }),
    countJobs: new CountJobs({ index: store, kept, clock, logger, inBackground: atOnce }),
    operations: new BulkOperations(bulk),
    schedules,
    readiness,
    slots,
    maxRunMs: DEFAULT_LIMITS.maxRunMs,
    manageKeys,
    ...turn,
    runtime: 'test',
  })
  const app = createHttpApp({
    resources: arrange(resources),
    authenticate: new Authenticate({ keys, hasher }),
    rates,
    openMode: options.openMode ?? 'loopback',
    peerAddress: () => options.peer ?? null,
    corsOrigins: options.corsOrigins ?? [],
    logger,
  })
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    await ready
    const response = await app.request(path, init)
    await checkContract(init.method ?? 'GET', path, response)
    return response
  }
  return {
    http: { request },
    fetch: async (asked, init) => {
      await ready
      return app.request(asked, init)
    },
    preflight: async (path, headers) => app.request(path, { method: 'OPTIONS', headers }),
    routes: () => app.routes.filter(({ method }) => method !== 'ALL'),
    logger,
    clock,
    feed,
    interruptAfter: async (jobId, type) => {
      store.dieAfter(type)
      const executor = { ...ALONE, id: 'exec_dead' }
      const dispatchLog = new LocalDispatchLog(executor.id)
      const dying = new ExecuteJob({ ...turn, jobs, waker, logger, feed, random, executor, dispatchLog })
      await dying.execute(jobId, NEVER).catch(() => undefined)
      store.restart()
    },
    execute: (jobId) => executeJob.execute(jobId, NEVER),
    deliver: (jobId) => deliverCallbacks.execute(jobId, NEVER),
    expire: (jobId) => deleteJob.expire(jobId),
    write,
    operate,
    wakeSchedule,
    batches: batch.driver,
    key: async (tenantId, scopes = ['admin']) => {
      await ready
      return (await manageKeys.create({ tenantId, by: TILL, scopes, name: 'test' })).secret
    },
    revoke: async (keyId) => (await manageKeys.revoke(keyId, TILL)) !== null,
    stop: () => {
      readiness.stop()
    },
    startWith,
    post: (path, body, headers = { 'content-type': 'application/json' }) =>
      request(path, {
        method: 'POST',
        headers,
        ...(body !== '' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  }
}

const NEVER = new AbortController().signal
const asTheyAre = <T>(value: T): T => value
