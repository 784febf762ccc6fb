import { env } from 'cloudflare:workers'
import { type BatchApp, BatchKeeper, type BatchWorld } from '#adapters/cloudflare/batch-keeper.ts'
import { D1BatchIndex } from '#adapters/cloudflare/batch-index.ts'
import { ContentIndex } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { batchCallbackBody } from '#adapters/http/wire/batch-views.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CheckItems } from '#application/batch/check-items.ts'
import { DeliverBatchCallbacks } from '#application/batch/deliver-batch-callbacks.ts'
import { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { ReleaseItems } from '#application/batch/release-items.ts'
import { RunBatch } from '#application/batch/run-batch.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import type { SubmitJob, SubmitJobCommand } from '#application/job/submit-job.ts'
import { RELEASE_PACE } from '#composition/cloudflare/limits.ts'
import { type Batch, BATCH } from '#domain/batch/batch.ts'
import type { ItemEnd, NewItem } from '#domain/batch/item.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import { noCallbacks } from '#test/support/no-receivers.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { T0, TILL, submitted as submittedJob } from '#test/support/fixtures.ts'
import { item } from '#test/contracts/batch-scene.ts'
import { BATCH_ID } from '#test/support/batch.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

interface Around {
  readonly database?: D1Database
  readonly sender?: CallbackSender
}

/** A batch in the storage of an object, whose jobs are only written down. `open` is a new instance of the object. */
export function batchIn(
  storage: DurableObjectStorage,
  { database = env.JOB_INDEX, sender = noCallbacks }: Around = {},
) {
  const clock = new ManualClock(T0)
  const submitted: SubmitJobCommand[] = []
  const behind: Promise<void>[] = []
  const db = new D1SqlDatabase(database)
  const index = new RecordIndex(db, BATCH.name)
  const deliver = new DeliverBatchCallbacks({
    index: new D1BatchIndex(db),
    sender,
    tenants: ANY_TENANT,
    render: batchCallbackBody,
    clock,
    random: { fraction: () => 0.5 },
    logger: silentLogger,
  })
  const open = (): BatchKeeper =>
    new BatchKeeper({
      storage,
      id: BATCH_ID,
      compose: (world) => appOf(world, { clock, submitted, deliver }),
      contents: new ContentIndex(db),
      index,
      objects: () => {
        throw new Error('No other batch is looked after here.')
      },
      clock,
      logger: silentLogger,
      waitUntil: (work) => behind.push(work),
    })
  const keeper = open()
  const change = async (changes: (batch: Batch) => Partial<Batch>): Promise<boolean> => {
    const batch = await keeper.load()
    if (!batch) throw new Error('There is no batch.')
    return keeper.save({ ...batch, ...changes(batch), wakeAt: clock.now(), version: batch.version + 1 })
  }
  return {
    clock,
    index,
    submitted,
    open,
    keeper,
    append: async (from: number, items: readonly NewItem[]) => {
      const done = await keeper.append({ batchId: BATCH_ID, tenantId: 'acme', from, items, at: clock.now() })
      await Promise.all(behind.splice(0))
      return done
    },
    end: async (ends: readonly ItemEnd[]) => {
      await keeper.end(ends)
      await Promise.all(behind.splice(0))
    },
    /** Fires the alarm at its time, in a new instance. */
    fire: async () => {
      const at = await storage.getAlarm()
      if (at === null) throw new Error('No alarm is set.')
      await clock.advance(Math.max(0, at - clock.now()))
      await open().wake()
    },
    close: () => change(() => ({ closed: { at: clock.now(), by: TILL } })),
    retry: () => change(({ round }) => ({ round: round + 1, isRetrying: true, finishedAt: null })),
  }
}

export function itemsWithContents(count: number): NewItem[] {
  return Array.from({ length: count }, (_, n) => item({ key: `k${String(n)}`, contentKey: `content-${String(n)}` }))
}

interface Surroundings {
  readonly clock: ManualClock
  readonly submitted: SubmitJobCommand[]
  readonly deliver: DeliverBatchCallbacks
}

function appOf({ batches, items }: BatchWorld, { clock, submitted, deliver }: Surroundings): BatchApp {
  const submitJob: Pick<SubmitJob, 'execute'> = {
    execute: (command) => {
      submitted.push(command)
      return Promise.resolve({ job: submittedJob().job, created: true })
    },
  }
  const derivedIds = new DerivedIds({ hasher: new WebHasher(), idSecret: { read: () => Promise.resolve('secret') } })
  const common = { batches, items, clock, derivedIds, logger: silentLogger }
  const jobs = { get: () => Promise.resolve(submittedJob().job) }
  const releaseItems = new ReleaseItems({ ...common, submitJob, jobs, pace: RELEASE_PACE })
  const cancelJob = { execute: () => Promise.resolve(submittedJob().job) }
  return {
    runBatch: new RunBatch({
      ...common,
      releaseItems,
      checkItems: new CheckItems({ ...common, jobs, cancelJob, releaseItems, aloneSince: null }),
      deliver,
    }),
    moveBatchOn: new MoveBatchOn({ ...common, releaseItems }),
    readItems: new ReadItems({ ...common, jobs }),
  }
}
