import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchCallbackSchema } from '#adapters/sql/batch-index.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlDue, SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlAgentDefinitions, agentDefinitionSchema } from '#adapters/sql/agent-definitions.ts'
import { SqlDeclaredSchedules, declaredScheduleSchema } from '#adapters/sql/declared-schedules.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { JOB_WAKES, agentTurnsSchema, jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { type SqlSchema, migrate } from '#adapters/sql/schema.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import type { AgentSelection, Due, DueJobs } from '#ports/due.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { UsageLedger } from '#ports/usage-ledger.ts'
import type { JobStore } from '#ports/job-store.ts'
import { apiKeyContract } from '#test/contracts/api-keys.contract.ts'
import { batchIndexContract } from '#test/contracts/batch-index.contract.ts'
import { batchItemsContract } from '#test/contracts/batch-items.contract.ts'
import { clockContract } from '#test/contracts/clock.contract.ts'
import { dispatchLogContract } from '#test/contracts/dispatch-log.contract.ts'
import { dueJobsContract } from '#test/contracts/due.contract.ts'
import { agentDefinitionsContract } from '#test/contracts/agent-definitions.contract.ts'
import { declaredSchedulesContract } from '#test/contracts/declared-schedules.contract.ts'
import { goneReceiversContract } from '#test/contracts/gone-receivers.contract.ts'
import { idGeneratorContract } from '#test/contracts/id-generator.contract.ts'
import { jobFeedContract } from '#test/contracts/job-feed.contract.ts'
import { proposalIndexContract } from '#test/contracts/proposal-index.contract.ts'
import { jobIndexContract } from '#test/contracts/job-index.contract.ts'
import { usageLedgerContract } from '#test/contracts/usage-ledger.contract.ts'
import { type JobStoreSubject, jobStoreContract, manyJobsContract } from '#test/contracts/job-store.contract.ts'
import { recordListContract } from '#test/contracts/record-list.contract.ts'
import { type RecordStoreSubject, recordStoreContract } from '#test/contracts/record-store.contract.ts'
import { sealerContract } from '#test/contracts/sealer.contract.ts'
import { sqlDatabaseContract } from '#test/contracts/sql-database.contract.ts'
import { wakerContract } from '#test/contracts/waker.contract.ts'
import { webhookLogContract } from '#test/contracts/webhook-log.contract.ts'
import { crashMatrix } from '#test/crash/crash-matrix.contract.ts'
import type { CrashSubject } from '#test/crash/crash-run.ts'
import { deploysContract } from '#test/crash/deploys.contract.ts'
import { oneCommitContract, sqlStore } from '#test/crash/one-commit.contract.ts'
import { recordMatrix } from '#test/crash/record-matrix.contract.ts'
import { missedMatrix } from '#test/crash/missed-matrix.contract.ts'
import { webhookMatrix } from '#test/crash/webhook-matrix.contract.ts'
import { pumpedStore } from '#test/support/pumped-store.ts'
import { COUNTER } from '#test/support/counter.ts'
import { sqlBatchIndex } from '#test/support/sql-batch-index.ts'
import { recordsOn } from '#test/support/records-on.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { type Later, type Suite, suite } from './suite.ts'

/** An empty database for one case. */
export type OpenDatabase = (later: Later) => SqlDatabase | Promise<SqlDatabase>

/** How the names of the longest suites begin. */
export const CRASH_MATRIX = 'A process that dies anywhere'

interface Jobs {
  readonly store: JobStore
  readonly due: DueJobs
  dueOf(agents: AgentSelection): Due
  readonly index: JobIndex
  readonly ledger: UsageLedger
}

type OpenJobs = (later: Later, waker: RecordingWaker) => Promise<Jobs>

const inMemory: OpenJobs = (_later, waker) => {
  const store = new MemoryJobStore(waker)
  return Promise.resolve({
    store,
    due: store,
    dueOf: (agents) => store.dueOf(agents),
    index: store,
    ledger: store.ledger,
  })
}

function inSql(open: OpenDatabase): OpenJobs {
  return async (later, waker) => {
    const db = await withTables(open(later), jobsSchema, journalSchema, agentTurnsSchema)
    const store = new SqlJobStore(db, { waker, cache: new Map() })
    const dueOf = (agents: AgentSelection): Due => new SqlDue(db, JOB_WAKES, agents)
    return { store, due: new SqlDueJobs(db), dueOf, index: new SqlJobIndex(db), ledger: new SqlUsageLedger(db) }
  }
}

function memoryRecords(): RecordStoreSubject {
  const records = new MemoryRecords(new RecordingWaker())
  return { open: (kind) => records.of(kind), armedAt: (id) => Promise.resolve(records.wakeAt(id)) }
}

async function withTables(
  opening: SqlDatabase | Promise<SqlDatabase>,
  ...schemas: readonly SqlSchema[]
): Promise<SqlDatabase> {
  const db = await opening
  for (const schema of schemas) await migrate(db, schema)
  return db
}

/** What needs nothing of a machine but JavaScript. */
export function memorySuites(): readonly Suite[] {
  return [
    ...jobSuites('memory', inMemory),
    ...manyCommits('memory', inMemory),
    suite('RecordStore on memory', recordStoreContract, memoryRecords),
    suite('RecordList on memory', recordListContract, () => new MemoryRecords(new RecordingWaker()).of(COUNTER)),
    suite(
      'A record whose process dies anywhere, on memory',
      recordMatrix,
      () => () => Promise.resolve(memoryRecords()),
    ),
    suite('JobFeed', jobFeedContract, () => new LocalFeed()),
    suite('DispatchLog in the tests', dispatchLogContract, () => {
      const disk = new DispatchDisk()
      const die = (id: string) => () => {
        disk.die(id)
      }
      return { start: (id) => ({ log: disk.open(id), die: die(id) }) }
    }),
    suite('Clock', clockContract, () => {
      const clock = new ManualClock()
      const step = (ms: number): void => {
        clock.step(ms)
      }
      return { clock, pass: (ms) => clock.advance(ms), step }
    }),
    suite('Sealer', sealerContract, () => (secret: string) => new AesSealer({ read: () => Promise.resolve(secret) })),
    suite('IdGenerator', idGeneratorContract, () => {
      const clock = new ManualClock()
      return { ids: new UlidGenerator(clock, new CryptoRandom()), advance: (ms) => clock.advance(ms) }
    }),
  ]
}

/** A database, and everything that is kept in one. */
export function sqlSuites(name: string, open: OpenDatabase): readonly Suite[] {
  return [
    suite(`SqlDatabase on ${name}`, sqlDatabaseContract, open),
    ...jobSuites(name, inSql(open)),
    suite(`ProposalIndex on ${name}`, proposalIndexContract, async (later) => {
      const db = await withTables(open(later), jobsSchema, journalSchema)
      const shortSighted = new SqlProposalIndex(db, { farthest: 3 })
      return {
        proposals: new SqlProposalIndex(db),
        shortSighted,
        jobs: new SqlJobStore(db, { waker: new RecordingWaker() }),
      }
    }),
    suite(`A process that dies inside of its store, on ${name}`, oneCommitContract, async (later) => {
      return { db: await withTables(open(later), jobsSchema, journalSchema), open: sqlStore }
    }),
    suite(`ApiKeyStore on ${name}`, apiKeyContract, async (later) => {
      return new SqlApiKeys(await withTables(open(later), apiKeySchema))
    }),
    suite(`GoneReceivers on ${name}`, goneReceiversContract, async (later) => {
      return new SqlGoneReceivers(await withTables(open(later), goneReceiverSchema))
    }),
    suite(`RecordStore on ${name}`, recordStoreContract, async (later) => {
      return recordsOn(await withTables(open(later), recordSchema))
    }),
    suite(`RecordList on ${name}`, recordListContract, async (later) => {
      return new SqlRecordStore(await withTables(open(later), recordSchema), COUNTER, new RecordingWaker())
    }),
    suite(`DeclaredSchedules on ${name}`, declaredSchedulesContract, async (later) => {
      return new SqlDeclaredSchedules(await withTables(open(later), declaredScheduleSchema))
    }),
    suite(`AgentDefinitions on ${name}`, agentDefinitionsContract, async (later) => {
      return new SqlAgentDefinitions(await withTables(open(later), agentDefinitionSchema))
    }),
    suite(`BatchItems on ${name}`, batchItemsContract, async (later) => {
      return new SqlBatchItems(await withTables(open(later), batchSchema))
    }),
    suite(`BatchIndex on ${name}`, batchIndexContract, async (later) => {
      return sqlBatchIndex(await withTables(open(later), batchSchema, batchCallbackSchema))
    }),
    suite(`A record whose process dies anywhere, on ${name}`, recordMatrix, async (later) => {
      const db = await withTables(open(later), recordSchema)
      return () => Promise.resolve(recordsOn(db))
    }),
    suite(`WebhookLog on ${name}`, webhookLogContract, async (later) => {
      return new SqlWebhookLog(await withTables(open(later), webhookSchema))
    }),
    suite(`A look for missed events whose process dies anywhere, on ${name}`, missedMatrix, (later) => async () => {
      return new SqlWebhookLog(await withTables(open(later), webhookSchema))
    }),
  ]
}

/** What commits thousands of times, so the database had better be in memory. */
export function sqlLongSuites(name: string, open: OpenDatabase): readonly Suite[] {
  return [
    ...manyCommits(name, inSql(open)),
    suite(`A webhook whose process dies anywhere, on ${name}`, webhookMatrix, (later) => async () => {
      return new SqlWebhookLog(await withTables(open(later), webhookSchema))
    }),
  ]
}

function manyCommits(name: string, open: OpenJobs): readonly Suite[] {
  return [
    suite(`Waker on ${name}`, wakerContract, (later) => pumpedStore((waker) => open(later, waker))),
    suite(`${CRASH_MATRIX}, on ${name}`, [...crashMatrix, ...deploysContract], (later) => () => openStore(open, later)),
  ]
}

function jobSuites(name: string, open: OpenJobs): readonly Suite[] {
  return [
    suite(`JobStore on ${name}`, [...jobStoreContract, ...manyJobsContract], (later) => openStore(open, later)),
    suite(`DueJobs on ${name}`, dueJobsContract, (later) => open(later, new RecordingWaker())),
    suite(`JobIndex on ${name}`, jobIndexContract, async (later) => {
      const { index, store } = await open(later, new RecordingWaker())
      return { index, jobs: store }
    }),
    suite(`UsageLedger on ${name}`, usageLedgerContract, async (later) => {
      const { ledger, store } = await open(later, new RecordingWaker())
      return { ledger, jobs: store }
    }),
  ]
}

async function openStore(open: OpenJobs, later: Later): Promise<JobStoreSubject & CrashSubject> {
  const waker = new RecordingWaker()
  const { store, ledger } = await open(later, waker)
  return { store, ledger, armedAt: (jobId) => Promise.resolve(waker.armedAt(jobId)) }
}
