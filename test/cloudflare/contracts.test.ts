import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlAgentDefinitions, agentDefinitionSchema } from '#adapters/sql/agent-definitions.ts'
import { SqlDeclaredSchedules, declaredScheduleSchema } from '#adapters/sql/declared-schedules.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { entryOf } from '#ports/job-index.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import { proposalsOf } from '#ports/proposal-index.ts'
import { usageOfEnded } from '#ports/usage-ledger.ts'
import { apiKeyContract } from '#test/contracts/api-keys.contract.ts'
import { agentDefinitionsContract } from '#test/contracts/agent-definitions.contract.ts'
import { declaredSchedulesContract } from '#test/contracts/declared-schedules.contract.ts'
import { goneReceiversContract } from '#test/contracts/gone-receivers.contract.ts'
import { jobIndexContract } from '#test/contracts/job-index.contract.ts'
import type { JobIndexSubject } from '#test/contracts/job-index-scene.ts'
import { usageLedgerContract } from '#test/contracts/usage-ledger.contract.ts'
import { jobStoreContract } from '#test/contracts/job-store.contract.ts'
import { proposalIndexContract } from '#test/contracts/proposal-index.contract.ts'
import { recordStoreContract } from '#test/contracts/record-store.contract.ts'
import { recordMatrix } from '#test/crash/record-matrix.contract.ts'
import { changesOfOneKey } from '#test/support/changes-of-one-key.ts'
import { recordsOn } from '#test/support/records-on.ts'
import { sqlDatabaseContract } from '#test/contracts/sql-database.contract.ts'
import { submitted } from '#test/support/fixtures.ts'
import { wakerContract } from '#test/contracts/waker.contract.ts'
import { objectJobs, restartedJobs } from './object-jobs.ts'

afterAll(() => reset())

/** Runs `work` inside a Durable Object of its own. */
function inObject(work: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, (_instance, { storage }) => work(storage))
}

describe('Durable Object', () => {
  test.each(sqlDatabaseContract)('SqlDatabase: $name', async ({ run }) => {
    await inObject((storage) => run(new DurableObjectDatabase(storage)))
  })

  test.each(jobStoreContract)('JobStore: $name', async ({ run }) => {
    await inObject((storage) => run({ store: objectJobs(storage), armedAt: () => storage.getAlarm() }))
  })

  test.each(jobStoreContract)('JobStore, restarted all the time: $name', async ({ run }) => {
    await inObject((storage) => run({ store: restartedJobs(storage), armedAt: () => storage.getAlarm() }))
  })

  test.each(proposalIndexContract)('ProposalIndex: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, jobsSchema)
    const proposals = new SqlProposalIndex(db)
    const shortSighted = new SqlProposalIndex(db, { farthest: 3 })
    // As the jobs' objects feed it.
    const jobs = {
      create: (job: QueuedJob) => Promise.resolve({ job, created: true }),
      save: ({ job }: JobState) => proposals.put(proposalsOf(job)),
      remove: ({ id }: JobRecord) => proposals.remove(id),
    }
    await run({ proposals, shortSighted, jobs })
  })

  test.each(wakerContract)('Waker: $name', async ({ run }) => {
    await inObject(async (storage) => {
      const wokenUntil = async (at: number): Promise<readonly string[]> => {
        const alarm = await storage.getAlarm()
        if (alarm === null || alarm > at) return []
        const id = "SELECT json_extract(events, '$[0].jobId') AS id FROM journal WHERE seq = 1"
        return [storage.sql.exec<{ id: string }>(id).one().id]
      }
      await run({ store: objectJobs(storage), wokenUntil })
    })
  })

  test.each(recordStoreContract)('RecordStore, in an object: $name', async ({ run }) => {
    await inObject(async (storage) => {
      const db = new DurableObjectDatabase(storage)
      await migrate(db, recordSchema)
      await run(recordsOn(db, new AlarmWaker(storage, new SystemClock()), () => storage.getAlarm()))
    })
  })

  test.each(recordMatrix)('A record whose process dies anywhere, in an object: $name', async ({ run }) => {
    await inObject(async (storage) => {
      await run(async () => {
        await storage.deleteAll()
        const db = new DurableObjectDatabase(storage)
        await migrate(db, recordSchema)
        return recordsOn(db, new AlarmWaker(storage, new SystemClock()), () => storage.getAlarm())
      })
    })
  })
})

test('many changes of one schedule are one row of its object that does not grow', async () => {
  await inObject(async (storage) => {
    const db = new DurableObjectDatabase(storage)
    await migrate(db, recordSchema)
    await changesOfOneKey(db, 200)
    const before = storage.sql.databaseSize
    await changesOfOneKey(db, 800)
    expect(storage.sql.databaseSize).toBe(before)
  })
})

/** Jobs that feed the index as their objects do. */
function fed(index: SqlJobIndex): JobIndexSubject['jobs'] {
  return {
    create: async (job) => {
      await index.put(entryOf(job), [])
      return { job, created: true }
    },
    save: ({ job }) => index.put(entryOf(job), usageOfEnded(job)),
    remove: ({ id }) => index.remove(id),
  }
}

describe('D1', () => {
  beforeEach(async () => {
    const { results } = await env.JOB_INDEX.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
    ).all<{ name: string }>()
    if (results.length > 0)
      await env.JOB_INDEX.batch(results.map(({ name }) => env.JOB_INDEX.prepare(`DROP TABLE ${name}`)))
  })

  test.each(sqlDatabaseContract)('SqlDatabase: $name', async ({ run }) => {
    await run(new D1SqlDatabase(env.JOB_INDEX))
  })

  test.each(jobIndexContract)('JobIndex: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, jobsSchema)
    const index = new SqlJobIndex(db)
    await run({ index, jobs: fed(index) })
  })

  test.each(usageLedgerContract)('UsageLedger: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, jobsSchema)
    await run({ ledger: new SqlUsageLedger(db), jobs: fed(new SqlJobIndex(db)) })
  })

  test('an entry that comes late never takes the place of a newer one', async () => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, jobsSchema)
    const index = new SqlJobIndex(db)
    const { job } = submitted()
    await index.put({ ...entryOf(job), version: 5, status: 'completed' }, [])
    await index.put(entryOf(job), [])
    expect(await index.count('acme', {})).toMatchObject({ completed: 1, queued: 0 })
  })

  test.each(declaredSchedulesContract)('DeclaredSchedules: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, declaredScheduleSchema)
    await run(new SqlDeclaredSchedules(db))
  })

  test.each(agentDefinitionsContract)('AgentDefinitions: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, agentDefinitionSchema)
    await run(new SqlAgentDefinitions(db))
  })

  test.each(goneReceiversContract)('GoneReceivers: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, goneReceiverSchema)
    await run(new SqlGoneReceivers(db))
  })

  test.each(apiKeyContract)('ApiKeyStore: $name', async ({ run }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, apiKeySchema)
    await run(new SqlApiKeys(db))
  })
})
