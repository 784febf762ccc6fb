/// <reference types="@cloudflare/workers-types" />
import type { DurableObject } from 'cloudflare:workers'
import { answerBelow, checkBasePath } from '#adapters/http/below.ts'
import { AlarmsInPlace } from '#adapters/cloudflare/alarms-in-place.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { LONGEST_ATTEMPT_MS } from '#adapters/cloudflare/index-feed.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import type { JobApp } from '#adapters/cloudflare/job-app.ts'
import type { JobWorld } from '#adapters/cloudflare/job-keeper.ts'
import { createAgentJob } from '#adapters/cloudflare/job-object.ts'
import { createRecordObject } from '#adapters/cloudflare/record-object.ts'
import { createWebhookLogObject } from '#adapters/cloudflare/webhook-log-object.ts'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { EndItem } from '#application/batch/end-item.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { TendWebhookLog } from '#application/webhook/tend-webhook-log.ts'
import { OPERATION, type Operation } from '#domain/operation/operation.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { Config } from '../config/config.ts'
import type { AnyConfig, Project } from '../config/parts.ts'
import type { RuntimeWorld } from '../config/world.ts'
import { type Env, compose } from './app.ts'
import { batchClass } from './batch-objects.ts'
import { type Composition, createHandler } from './handler.ts'
import { jurisdictionOf, objectsOf } from './objects.ts'
import { limitClass, scheduleClass } from './schedule-objects.ts'
import { telemetryOf, traced } from '../telemetry.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

export interface WorkerOptions<Ports extends object = object, Bindings extends object = Env> extends MountOptions {
  /** What implements the config's ports. Called once in each isolate, with the Worker's bindings. */
  readonly ports: (bindings: Bindings, runtime: RuntimeWorld) => Ports
}

export interface MountOptions {
  /** Where another Worker passes requests on to the handler: `/errand`. Their paths begin with it. */
  readonly basePath?: string
}

/** A class of Durable Objects. Only the platform makes instances of it. */
export type ObjectClass = new (ctx: DurableObjectState, env: Env) => DurableObject<Env>

/** Its handler is the Worker's default export. Its classes are exported by their names. */
export interface ErrandWorker {
  readonly AgentJob: ObjectClass
  readonly Batch: ObjectClass
  readonly BulkOperation: ObjectClass
  readonly Schedule: ObjectClass
  readonly ScheduleLimit: ObjectClass
  readonly WebhookLog: ObjectClass
  readonly handler: ReturnType<typeof createHandler>
}

/** The Worker of a config. The platform reports what is wrong with a factory's result at the first request. */
export function createWorker(config: Config, options?: Partial<WorkerOptions>): ErrandWorker
export function createWorker<Ports extends object, Bindings extends object = Env>(
  config: Config<readonly Agent[], Ports>,
  options: WorkerOptions<NoInfer<Ports>, Bindings>,
): ErrandWorker
export function createWorker(
  config: AnyConfig,
  { ports, basePath }: Partial<WorkerOptions<object, never>> = {},
): ErrandWorker {
  const project = (env: Env): Project => ({ config, ports: ports && ((runtime) => ports(env as never, runtime)) })
  const worker = workerOf((env) => compose(env, project(env)), basePath)
  return basePath === undefined ? worker : { ...worker, handler: mounted(worker.handler, basePath) }
}

/** @throws {DefinitionError} */
function mounted(handler: ErrandWorker['handler'], basePath: string): ErrandWorker['handler'] {
  checkBasePath(basePath)
  const fetch: typeof handler.fetch = (request, env, life) =>
    answerBelow(basePath, request, (inner) => handler.fetch(inner, env, life))
  return { ...handler, fetch }
}

function workerOf(open: Composition, basePath: string | undefined): ErrandWorker {
  let container: DependencyContainer | undefined
  const shared: Composition = (env) => (container ??= open(env))
  const alarms = new AlarmsInPlace<Env>({
    jurisdiction: jurisdictionOf,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    random: new CryptoRandom(),
  })
  return {
    AgentJob: jobClass(shared, alarms),
    Batch: batchClass(shared, alarms),
    BulkOperation: operationClass(shared, alarms),
    Schedule: scheduleClass(shared, alarms),
    ScheduleLimit: limitClass(shared, alarms),
    WebhookLog: webhookLogClass(shared, alarms),
    handler: createHandler(shared, { basePath }),
  }
}

function jobClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createAgentJob<Env>({
    compose: (env, world) => jobApp(shared(env), world),
    index: (env) => new SqlJobIndex(new D1SqlDatabase(env.JOB_INDEX)),
    proposals: (env) => new SqlProposalIndex(new D1SqlDatabase(env.JOB_INDEX)),
    endItem: (env, job) => shared(env).resolve(EndItem).execute(job),
    objects: (env) => objectsOf(env).AGENT_JOB,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}

/** Resolved when asked for: most of what is asked of a job's object needs one of them, or none. */
function jobApp(shared: DependencyContainer, { jobs, waker }: JobWorld): JobApp {
  const container = shared.createChildContainer()
  const feed = new LocalFeed()
  // Alone: the platform runs one instance of an object at a time, and one alarm at a time in it. So the lease only sets
  // how soon an alarm continues a job whose object died. While the object works, that alarm waits for it.
  const id = container.resolve(t.IDS).newId('exec')
  const executor = {
    id,
    release: container.resolve(t.RELEASE),
    leaseMs: 5000,
    alone: true,
    sliceMs: LONGEST_ATTEMPT_MS,
  }
  container.registerInstance(t.DISPATCH_LOG, new LocalDispatchLog(id))
  container.registerInstance(t.FEED, feed)
  container.registerInstance(t.JOB_STORE, new PublishedJobStore(traced(container, jobs), feed))
  container.registerInstance(t.WAKER, waker)
  container.registerInstance(t.EXECUTOR, executor)
  return {
    executor,
    flushTelemetry: async () => telemetryOf(container)?.flush(),
    get executeJob() {
      return container.resolve(ExecuteJob)
    },
    get deliverCallbacks() {
      return container.resolve(DeliverCallbacks)
    },
    get carryOutWrites() {
      return container.resolve(CarryOutWrites)
    },
    get decideProposal() {
      return container.resolve(DecideProposal)
    },
    get deleteJob() {
      return container.resolve(DeleteJob)
    },
    get cancelJob() {
      return container.resolve(CancelJob)
    },
    get resolveCall() {
      return container.resolve(ResolveCall)
    },
    get redeliver() {
      return container.resolve(Redeliver)
    },
    get waitForJob() {
      return container.resolve(WaitForJob)
    },
    get watchJob() {
      return container.resolve(WatchJob)
    },
  }
}

function operationClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createRecordObject<Env, Operation>({
    kind: OPERATION,
    wake: (env) => {
      const container = shared(env)
      const { cancelJob, resolveCall, deleteJob, decideProposal } = jobHome(objectsOf(env).AGENT_JOB)
      const runOperation = new RunOperation({
        index: container.resolve(t.JOB_INDEX),
        clock: container.resolve(t.CLOCK),
        cancelJob,
        retryJob: container.resolve(RetryJob),
        resolveCall,
        deleteJob,
        proposals: container.resolve(t.PROPOSAL_INDEX),
        decideProposal,
      })
      return (operation) => runOperation.execute(operation)
    },
    objects: (env) => objectsOf(env).BULK_OPERATION,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}

function webhookLogClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createWebhookLogObject<Env>({
    tend: (env, log, key) => {
      const container = shared(env).createChildContainer()
      container.registerInstance(t.WEBHOOK_LOG, log)
      container.registerInstance(t.WEBHOOK_LOG_STORE, log)
      return container.resolve(TendWebhookLog).execute(key)
    },
    objects: (env) => objectsOf(env).WEBHOOK_LOG,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}
