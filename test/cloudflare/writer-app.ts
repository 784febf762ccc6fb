import { env } from 'cloudflare:workers'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import type { JobApp } from '#adapters/cloudflare/job-app.ts'
import type { JobWorld } from '#adapters/cloudflare/job-keeper.ts'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Tool } from '#domain/agent/tool.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Executor } from '#domain/job/claim.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import type { Models } from '#ports/model.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { counter } from '#test/support/tools.ts'
import { PRICES } from '#test/support/prices.ts'

interface Surroundings {
  readonly clock: Clock
  readonly models: Models
  readonly executor: Executor
  readonly tools?: readonly Tool[]
}

/** The use-cases of the agent `writer`, which has one tool, `lookup`, unless it is given others. */
export function writerApp({ clock, models, executor, tools = [counter('lookup').tool] }: Surroundings) {
  return ({ jobs, waker }: JobWorld): JobApp => {
    const feed = new LocalFeed()
    const goneReceivers = new SqlGoneReceivers(new D1SqlDatabase(env.JOB_INDEX))
    const common = { jobs, clock, feed, logger: silentLogger, random: { fraction: () => 0.5 }, limits: DEFAULT_LIMITS }
    const agents = new AgentRegistry([defineAgent({ name: 'writer', instructions: '', tools })])
    const executeJob = new ExecuteJob({
      ...common,
      waker,
      agents,
      models,
      defaultModel: 'scripted/test',
      prices: PRICES,
      executor,
      dispatchLog: new LocalDispatchLog(executor.id),
    })
    return {
      flushTelemetry: () => Promise.resolve(),
      executeJob,
      deliverCallbacks: new DeliverCallbacks({
        ...common,
        sender: { problemWith: () => null, send: () => Promise.reject(new Error('There is nothing to send.')) },
        tenants: new TenantPolicies({
          agents: null,
          requestsPerMinute: 1,
          maxConcurrentJobs: null,
          maxConcurrentRuns: 1,
          maxEventReaders: 1,
          maxUnfinishedJobs: 1,
          maxBatchItems: 1,
          retainMs: 1,
          searchable: true,
          callback: null,
          callbackSecrets: [],
        }),
        goneReceivers,
        render: () => '',
      }),
      carryOutWrites: new CarryOutWrites({ ...common, agents, executor }),
      decideProposal: new DecideProposal({ ...common, agents }),
      deleteJob: new DeleteJob(common),
      cancelJob: new CancelJob({ ...common, executions: executeJob }),
      resolveCall: new ResolveCall({ ...common, agents }),
      redeliver: new Redeliver({ ...common, goneReceivers }),
      waitForJob: new WaitForJob(common),
      watchJob: new WatchJob(common),
      executor,
    }
  }
}
