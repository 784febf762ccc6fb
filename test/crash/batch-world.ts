import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import type { Random } from '#ports/random.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Models } from '#ports/model.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import { type BatchingDeps, batching, counted } from '#test/support/batching.ts'
import { ALONE } from '#test/support/fixtures.ts'
import { atOnce } from '#test/support/in-background.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { answer } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import type { MortalProcess } from './mortal.ts'
import { PRICES } from '#test/support/prices.ts'

const AGENTS = new AgentRegistry([defineAgent({ name: 'writer', instructions: '' })])
const MODEL: Models = { check: () => undefined, call: () => Promise.resolve(answer('done')) }
const DEAF = { wakeAt: () => Promise.resolve() }

/** Deliberate bugs, which a simulation must notice. */
export const BATCH_MUTATIONS = ['an older version controls the items', 'each process has ids of its own'] as const

export type BatchMutation = (typeof BATCH_MUTATIONS)[number]

export interface BatchWorld {
  readonly db: SqlDatabase
  readonly clock: ManualClock
  readonly process: MortalProcess
  /** Callbacks that a receiver has got, by their id. */
  readonly received: string[]
  readonly random?: Random
  readonly mutation?: BatchMutation | null
  /** Called with each commit of items and each creation of a job: it may lose the answer. */
  readonly answering?: Answering
}

type Answering = <T>(commit: () => Promise<T>) => Promise<T>

/** All that a process does with batches and their jobs; it dies where `process` does. */
export function startProcess(world: BatchWorld) {
  const { db, clock, process, received, random = new CryptoRandom(), mutation } = world
  const answering: Answering = world.answering ?? ((commit) => commit())
  const hasher = new WebHasher()
  const ids = new UlidGenerator(clock, random)
  const secret = mutation === 'each process has ids of its own' ? ids.newId('exec') : 'of this test'
  const derivedIds = new DerivedIds({ hasher, idSecret: { read: () => Promise.resolve(secret) } })
  const index = new SqlJobIndex(db)
  const own = creating(new SqlJobStore(db, { waker: DEAF }), answering)
  const stored = process.around(own, ['create', 'save'])
  const jobs = counted(stored, () => all.endItem)
  const common = {
    clock,
    logger: silentLogger,
    limits: DEFAULT_LIMITS,
    models: MODEL,
    prices: PRICES,
    defaultModel: 'scripted/test',
  }
  const sender: CallbackSender = {
    problemWith: () => null,
    send: ({ id }) =>
      process.call(() => {
        received.push(id)
        return Promise.resolve({ kind: 'answered', status: 204 })
      }),
  }
  const queueDepth = new QueueDepth({ index, tenants: ANY_TENANT, clock, logger: silentLogger, inBackground: atOnce })
  const submitting = { ids, tenants: ANY_TENANT, queueDepth, callbacks: sender, hasher, derivedIds }
  const submitJob = new SubmitJob({ ...common, ...submitting, agents: AGENTS, jobs })
  const executeJob = new ExecuteJob({
    ...common,
    agents: AGENTS,
    jobs,
    waker: DEAF,
    feed: new LocalFeed(),
    random,
    executor: { ...ALONE, id: ids.newId('exec') },
    dispatchLog: new LocalDispatchLog(ALONE.id),
  })
  const cancelJob = new CancelJob({ jobs, clock, executions: executeJob })
  const kept = new SqlBatchItems(committing(db, answering))
  const items = process.around(mutation === 'an older version controls the items' ? forgetful(kept) : kept, WRITES)
  const batchRecords = process.around(new SqlRecordStore(db, BATCH, DEAF), ['create', 'save', 'remove'])
  const deps: BatchingDeps = {
    ...common,
    ...{ db, items, batchRecords, jobs, submitJob, cancelJob, agents: AGENTS, tenants: ANY_TENANT },
    ...{ sender, derivedIds, hasher, ids, random },
  }
  const all = batching(deps)
  return { ...all, records: batchRecords, jobs, index, executeJob }
}

function creating(jobs: SqlJobStore, answering: Answering): JobStore {
  const { create } = jobs
  jobs.create = (job, event) => answering(() => create.call(jobs, job, event))
  return jobs
}

function committing(db: SqlDatabase, answering: Answering): SqlDatabase {
  return {
    query: (sql, ...params) => db.query(sql, ...params),
    batch: (statements) => answering(() => db.batch(statements)),
  }
}

/** Items that do not know which version of their batch has controlled them. */
function forgetful(items: SqlBatchItems): SqlBatchItems {
  const { control } = items
  let version = 0
  items.control = (batchId, said) => control.call(items, batchId, { ...said, version: (version += 1_000_000) })
  return items
}

const WRITES = ['open', 'control', 'append', 'take', 'giveBack', 'end', 'cancelPending', 'reopen', 'erase'] as const
