import { callbackBody } from '#adapters/http/wire/views.ts'
import { AgentVersions } from '#application/agent/agent-versions.ts'
import { Authenticate } from '#application/tenant/authenticate.ts'
import { BulkOperations } from '#application/operation/bulk-operations.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { CheckReadiness } from '#application/health/check-readiness.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { GetJob } from '#application/job/get-job.ts'
import { CountJobs } from '#application/job/count-jobs.ts'
import { ReadActivity } from '#application/job/read-activity.ts'
import { ListJobs } from '#application/job/list-jobs.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import type { TurnDeps } from '#application/agent/turn-run.ts'
import { CountRuns } from '#application/agent/count-runs.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import { addBatchRequests, addBatches } from './batches.ts'
import type { Kind, Register, Use } from './register.ts'
import { addSchedules } from './schedules.ts'
import { telemetryOf } from './telemetry.ts'
import { addWrites } from './writes.ts'
import { addWebhooks } from './webhooks.ts'
import * as t from './tokens.ts'
import { type DependencyContainer, container, once } from './tsyringe.ts'

/** Every use-case, wired to ports by token. The root (node.ts, cloudflare.ts, a test) registers the ports that it has. */
export function createContainer(): DependencyContainer {
  const app = container.createChildContainer()
  const use = <T>(kind: Kind<T>, make: Use<T>): void => {
    app.register(kind as never, { useFactory: once(make) })
  }
  addSubmission(use)
  addRuns(use)
  addExecution(use)
  addWebhooks(use)
  // Unless a root knows of other processes, too.
  app.register(t.EXECUTED_JOBS, { useFactory: (c) => c.resolve(t.JOB_STORE) })
  app.register(t.EXECUTIONS, { useFactory: (c) => c.resolve(ExecuteJob) })
  addBatches(use)
  addBatchRequests(use)
  addQuestions(use)
  addSchedules(use)
  addWrites(use)
  use(
    ManageKeys,
    (c) => new ManageKeys({ ...common(c), keys: c.resolve(t.API_KEY_STORE), random: c.resolve(t.RANDOM) }),
  )
  use(Authenticate, (c) => new Authenticate({ keys: c.resolve(t.API_KEYS), hasher: c.resolve(t.HASHER) }))
  return app
}

function addSubmission(use: Register): void {
  use(DerivedIds, (c) => new DerivedIds({ hasher: c.resolve(t.HASHER), idSecret: c.resolve(t.ID_SECRET) }))
  use(
    QueueDepth,
    (c) =>
      new QueueDepth({
        index: c.resolve(t.JOB_INDEX),
        tenants: c.resolve(t.TENANTS),
        clock: c.resolve(t.CLOCK),
        logger: c.resolve(t.LOGGER),
        inBackground: c.resolve(t.IN_BACKGROUND),
      }),
  )
  use(
    SubmitJob,
    (c) =>
      new SubmitJob({
        ...common(c),
        agents: c.resolve(t.AGENTS),
        jobs: c.resolve(t.JOB_INTAKE),
        models: c.resolve(t.MODELS),
        defaultModel: c.resolve(t.DEFAULT_MODEL),
        tenants: c.resolve(t.TENANTS),
        queueDepth: c.resolve(QueueDepth),
        callbacks: c.resolve(t.CALLBACK_SENDER),
        ids: c.resolve(t.IDS),
        derivedIds: c.resolve(DerivedIds),
      }),
  )
  use(RetryJob, (c) => new RetryJob({ jobs: c.resolve(t.JOB_INTAKE), submitJob: c.resolve(SubmitJob) }))
  use(
    BulkOperations,
    (c) =>
      new BulkOperations({
        ...common(c),
        operations: c.resolve(t.OPERATION_INTAKE),
        index: c.resolve(t.JOB_INDEX),
        proposals: c.resolve(t.PROPOSAL_INDEX),
        ids: c.resolve(t.IDS),
        derivedIds: c.resolve(DerivedIds),
      }),
  )
}

/** Runs without a job. */
function addRuns(use: Register): void {
  use(
    CountRuns,
    (c) =>
      new CountRuns({
        usage: c.resolve(t.USAGE_LEDGER),
        inBackground: c.resolve(t.IN_BACKGROUND),
        clock: c.resolve(t.CLOCK),
        logger: c.resolve(t.LOGGER),
        telemetry: telemetryOf(c),
      }),
  )
  use(
    RunSync,
    (c) =>
      new RunSync({
        ...turnDeps(c),
        countRuns: c.resolve(CountRuns),
        agents: c.resolve(t.AGENTS),
        tenants: c.resolve(t.TENANTS),
        ids: c.resolve(t.IDS),
        telemetry: telemetryOf(c),
      }),
  )
}

/** What is done where the jobs live. */
function addExecution(use: Register): void {
  use(
    ExecuteJob,
    (c) =>
      new ExecuteJob({
        ...turnDeps(c),
        ...stored(c),
        jobs: c.resolve(t.EXECUTED_JOBS),
        agents: c.resolve(t.AGENTS),
        waker: c.resolve(t.WAKER),
        feed: c.resolve(t.FEED),
        random: c.resolve(t.RANDOM),
        executor: c.resolve(t.EXECUTOR),
        dispatchLog: c.resolve(t.DISPATCH_LOG),
        telemetry: telemetryOf(c),
      }),
  )
  use(
    DeliverCallbacks,
    (c) =>
      new DeliverCallbacks({
        ...stored(c),
        jobs: c.resolve(t.EXECUTED_JOBS),
        sender: c.resolve(t.CALLBACK_SENDER),
        tenants: c.resolve(t.TENANTS),
        goneReceivers: c.resolve(t.GONE_RECEIVERS),
        render: callbackBody,
        telemetry: telemetryOf(c),
        random: c.resolve(t.RANDOM),
      }),
  )
  use(CancelJob, (c) => new CancelJob({ ...stored(c), executions: c.resolve(t.EXECUTIONS) }))
  use(ResolveCall, (c) => new ResolveCall({ ...stored(c), agents: c.resolve(t.AGENTS), limits: c.resolve(t.LIMITS) }))
  use(Redeliver, (c) => new Redeliver({ ...stored(c), goneReceivers: c.resolve(t.GONE_RECEIVERS) }))
  use(DeleteJob, (c) => new DeleteJob(stored(c)))
  use(WatchJob, (c) => new WatchJob({ ...stored(c), feed: c.resolve(t.FEED) }))
  use(WaitForJob, (c) => new WaitForJob({ ...stored(c), feed: c.resolve(t.FEED) }))
}

function addQuestions(use: Register): void {
  use(GetJob, (c) => new GetJob({ jobs: c.resolve(t.JOB_INTAKE) }))
  use(
    CountJobs,
    (c) =>
      new CountJobs({
        index: c.resolve(t.JOB_INDEX),
        kept: c.resolve(t.KEPT_COUNTS),
        clock: c.resolve(t.CLOCK),
        logger: c.resolve(t.LOGGER),
        inBackground: c.resolve(t.IN_BACKGROUND),
      }),
  )
  use(ReadActivity, (c) => new ReadActivity({ index: c.resolve(t.JOB_INDEX), clock: c.resolve(t.CLOCK) }))
  use(
    AgentVersions,
    (c) =>
      new AgentVersions({
        ...common(c),
        agents: c.resolve(t.AGENTS),
        definitions: c.resolve(t.AGENT_DEFINITIONS),
        shownDefinition: c.resolve(t.SHOWN_DEFINITION),
      }),
  )
  use(ListJobs, (c) => new ListJobs({ index: c.resolve(t.JOB_INDEX) }))
  use(
    CheckReadiness,
    (c) =>
      new CheckReadiness({
        storage: c.resolve(t.STORAGE_PROBE),
        clock: c.resolve(t.CLOCK),
        logger: c.resolve(t.LOGGER),
      }),
  )
}

function common(c: DependencyContainer) {
  return { clock: c.resolve(t.CLOCK), hasher: c.resolve(t.HASHER) }
}

function stored(c: DependencyContainer) {
  return { jobs: c.resolve(t.JOB_STORE), clock: c.resolve(t.CLOCK), logger: c.resolve(t.LOGGER) }
}

function turnDeps(c: DependencyContainer): TurnDeps {
  return {
    models: c.resolve(t.MODELS),
    prices: c.resolve(t.PRICES),
    clock: c.resolve(t.CLOCK),
    limits: c.resolve(t.LIMITS),
    logger: c.resolve(t.LOGGER),
    defaultModel: c.resolve(t.DEFAULT_MODEL),
  }
}
