import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/sql.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import { SqlJobStore, jobSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { ALONE, T0, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { counter } from '#test/support/tools.ts'

afterAll(() => reset())

/** Counts what is billed: rows written by SQL, and alarms set, one row each (Durable Objects pricing). */
function counting(storage: DurableObjectStorage) {
  const counts = { rows: 0, alarms: 0 }
  const sql = {
    exec: (query: string, ...bindings: unknown[]) => {
      const cursor = storage.sql.exec(query, ...bindings)
      const rows = cursor.toArray()
      counts.rows += cursor.rowsWritten
      return { toArray: () => rows, one: () => rows[0], rowsWritten: cursor.rowsWritten }
    },
  }
  const counted = {
    sql,
    transactionSync: <T>(work: () => T): T => storage.transactionSync(work),
    setAlarm: async (at: number) => {
      counts.alarms++
      await storage.setAlarm(at)
    },
    deleteAlarm: async () => {
      counts.alarms++
      await storage.deleteAlarm()
    },
  }
  return { counts, storage: counted as unknown as DurableObjectStorage }
}

test('the rows that a job of 3 model and 2 tool calls writes', async () => {
  await runInDurableObject(env.CONTRACT_HOST.getByName('rows'), async (_instance, { storage: real }) => {
    const { counts, storage } = counting(real)
    const db = new DurableObjectDatabase(storage)
    const waker = new AlarmWaker(storage)
    await migrate(db, jobSchema)
    const tables = counts.rows
    const store = new SqlJobStore(db, waker)
    const { job, event } = submitted()
    await store.create(job, event)
    const { tool: lookup } = counter('lookup')
    const executeJob = new ExecuteJob({
      agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: '', tools: [lookup] })]),
      models: new ListedModel(asks({ id: 'a', name: 'lookup' }), asks({ id: 'b', name: 'lookup' }), answer('Done.')),
      jobs: store,
      waker,
      clock: new ManualClock(T0),
      limits: DEFAULT_LIMITS,
      defaultModel: 'scripted/test',
      feed: new LocalFeed(),
      random: { fraction: () => 0.5 },
      logger: silentLogger,
      executor: ALONE,
    })
    await executeJob.execute(job.id, new AbortController().signal)
    expect((await store.load(job.id))?.status).toBe('completed')
    expect({ tables, job: counts.rows - tables, alarms: counts.alarms }).toEqual({ tables: 8, job: 15, alarms: 7 })
  })
})
