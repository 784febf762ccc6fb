import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { COUNTED } from '#bench/job-on-cloudflare.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1.ts'
import { TOGETHER_MS } from '#adapters/cloudflare/index-feed.ts'
import { type JobApp, JobKeeper } from '#adapters/cloudflare/job-keeper.ts'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { DeleteJob } from '#application/delete-job.ts'
import { DeliverCallbacks } from '#application/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { Redeliver } from '#application/redeliver.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { WaitForJob } from '#application/wait-for-job.ts'
import { WatchJob } from '#application/watch-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { ALONE, T0, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { counter } from '#test/support/tools.ts'
import { countedD1 } from './counted-d1.ts'
import { countedStorage } from './counted-storage.ts'

afterAll(() => reset())

/** The use-cases of a job of 3 model and 2 tool calls. */
function composeWith(clock: ManualClock) {
  return ({ jobs, waker }: { readonly jobs: JobStore; readonly waker: Waker }): JobApp => {
    const { tool: lookup } = counter('lookup')
    const feed = new LocalFeed()
    const goneReceivers = new SqlGoneReceivers(new D1SqlDatabase(env.JOB_INDEX))
    const common = { jobs, clock, feed, logger: silentLogger, random: { fraction: () => 0.5 }, limits: DEFAULT_LIMITS }
    const executeJob = new ExecuteJob({
      ...common,
      waker,
      agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: '', tools: [lookup] })]),
      models: new ListedModel(asks({ id: 'a', name: 'lookup' }), asks({ id: 'b', name: 'lookup' }), answer('Done.')),
      defaultModel: 'scripted/test',
      executor: ALONE,
    })
    return {
      executeJob,
      deliverCallbacks: new DeliverCallbacks({
        ...common,
        sender: { problemWith: () => null, send: () => Promise.reject(new Error('There is nothing to send.')) },
        tenants: new TenantPolicies({
          requestsPerMinute: 1,
          maxUnfinishedJobs: 1,
          retainMs: 1,
          callback: null,
          callbackSecrets: [],
        }),
        goneReceivers,
        render: () => '',
      }),
      deleteJob: new DeleteJob(common),
      cancelJob: new CancelJob({ ...common, executions: executeJob }),
      resolveCall: new ResolveCall(common),
      redeliver: new Redeliver({ ...common, goneReceivers }),
      waitForJob: new WaitForJob(common),
      watchJob: new WatchJob(common),
      executor: ALONE,
    }
  }
}

test('what a job uses, from its submission to its deletion, is what the bill is reckoned with', async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema)
  const d1 = countedD1(env.JOB_INDEX)
  await runInDurableObject(env.CONTRACT_HOST.getByName('cost'), async (_instance, { storage: real }) => {
    const { counts, storage } = countedStorage(real)
    const clock = new ManualClock(T0)
    const behind: Promise<void>[] = []
    const { job, event } = submitted()
    const keeper = new JobKeeper({
      storage,
      compose: composeWith(clock),
      index: new SqlJobIndex(new D1SqlDatabase(d1.db)),
      logger: silentLogger,
      clock,
      jobId: () => job.id,
      waitUntil: (work) => behind.push(work),
    })
    await keeper.create(event)
    // A model takes longer than the index waits to hear of two changes at once.
    await clock.advance(TOGETHER_MS)
    await keeper.wake()
    expect((await keeper.wait({ tenantId: job.tenantId, jobId: job.id, waitMs: 1 }))?.status).toBe('completed')
    const commits = [...real.sql.exec<{ bytes: number }>('SELECT length(events) AS bytes FROM journal ORDER BY seq')]
    const storedBytes = real.sql.databaseSize
    await clock.advance(NO_OPTIONS.retainMs)
    await keeper.wake()
    expect(await keeper.find(job.tenantId, job.id)).toBeNull()
    await Promise.all(behind)
    expect({
      objectRowsWritten: counts.rowsWritten,
      objectRowsRead: counts.rowsRead,
      alarmsSet: counts.alarms,
      d1Queries: d1.counts.queries,
      d1RowsWritten: d1.counts.rowsWritten,
      d1RowsRead: d1.counts.rowsRead,
      storedBytes,
      commitBytes: commits.map(({ bytes }) => bytes),
    }).toEqual(COUNTED)
  })
})
