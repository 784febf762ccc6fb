import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COUNTED_EVENT } from '#bench/schedule-on-cloudflare.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { sweepRecords } from '#adapters/cloudflare/record-sweep.ts'
import { RemoteWebhookLogs } from '#adapters/cloudflare/webhook-log-intake.ts'
import type { WebhookLogNamespace } from '#adapters/cloudflare/webhook-log-stub.ts'
import { WebhookLogKeeper } from '#adapters/cloudflare/webhook-log-keeper.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { submit } from '#domain/webhook/action.ts'
import { WEBHOOK_KEPT_MS } from '#domain/webhook/event.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { sealerContract } from '#test/contracts/sealer.contract.ts'
import { webhookLogContract } from '#test/contracts/webhook-log.contract.ts'
import { missedMatrix } from '#test/crash/missed-matrix.contract.ts'
import { webhookMatrix } from '#test/crash/webhook-matrix.contract.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { event, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'
import { loggedEvent, webhookEntry } from '#test/support/webhooks.ts'
import { countedStorage } from './counted-storage.ts'

afterAll(() => reset())
beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), recordIndexSchema))

const KEY = { tenantId: 'acme', source: 'shop' }

/** Runs `work` inside a Durable Object of its own. */
function inObject(work: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, (_instance, { storage }) => work(storage))
}

async function logIn(storage: DurableObjectStorage): Promise<SqlWebhookLog> {
  const db = new DurableObjectDatabase(storage)
  await migrate(db, webhookSchema)
  return new SqlWebhookLog(db)
}

describe('in an object', () => {
  test.each(webhookLogContract)('WebhookLog: $name', async ({ run }) => {
    await inObject(async (storage) => run(await logIn(storage)))
  })

  test.each(webhookMatrix)('a webhook whose process dies anywhere: $name', async ({ run }) => {
    await inObject(async (storage) => run(() => logIn(storage)))
  })

  test.each(missedMatrix)('a look for missed events whose process dies anywhere: $name', async ({ run }) => {
    await inObject(async (storage) => run(() => logIn(storage)))
  })

  test.each(sealerContract)('Sealer: $name', async ({ run }) => {
    await run((secret) => new AesSealer({ read: () => Promise.resolve(secret) }))
  })
})

test('asked from outside, it is the same log, and each log is an object of its own', async () => {
  const index = new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), WEBHOOK_LOG.name)
  const log = new RemoteWebhookLogs({ objects: env.WEBHOOK_LOG as unknown as WebhookLogNamespace, index })
  expect(await log.list(KEY, { size: 1, after: null })).toEqual({ events: [], next: null })
  expect(await log.find(KEY, 'evt_1')).toBeNull()
  const entry = webhookEntry({ retryAt: null })
  expect(await log.add(entry, 'sealed')).toMatchObject({ created: true })
  expect(await log.add(entry, 'sealed')).toMatchObject({ created: false })
  expect(await log.save(loggedEvent({ outcome: 'done', version: 2, retryAt: null }))).toBe(true)
  expect((await log.find(KEY, 'evt_1'))?.event).toMatchObject({ outcome: 'done', deliveries: 2 })
  expect((await log.list({ ...KEY, tenantId: 'other' }, { size: 1, after: null })).events).toEqual([])
  const found = await env.JOB_INDEX.prepare('SELECT id, kind FROM record_index').all()
  expect(found.results).toEqual([{ id: 'shop/acme', kind: 'webhook_log' }])
})

test('an event with one action writes five rows from its record to its deletion, and shares its alarms', async () => {
  await inObject(async (real) => {
    const { counts, storage } = countedStorage(real)
    const clock = new ManualClock(T0)
    const objects = () => env.WEBHOOK_LOG as unknown as WebhookLogNamespace
    const tend = async (log: WebhookLog): Promise<null> => {
      await log.purge(KEY, clock.now() - WEBHOOK_KEPT_MS, 500)
      return null
    }
    const keeper = new WebhookLogKeeper({ storage, key: KEY, tend, objects, clock, logger: silentLogger })
    await keeper.add(webhookEntry({ id: 'evt_0' }), 'sealed')
    const before = { ...counts }
    await keeper.add(webhookEntry(), 'sealed')
    await keeper.save(loggedEvent({ outcome: 'done', version: 2, retryAt: null }))
    const handled = counts.rowsWritten - before.rowsWritten
    await clock.advance(WEBHOOK_KEPT_MS + 1)
    await keeper.wake()
    // The other event is deleted too.
    const deleted = (counts.rowsWritten - before.rowsWritten - handled) / 2
    expect({ handled, deleted }).toEqual({ handled: 4, deleted: 1 })
    expect(handled + deleted).toBe(COUNTED_EVENT.objectRowsWritten)
    expect(counts.alarms).toBe(before.alarms)
  })
})

describe('the alarm of a log', () => {
  async function scene(storage: DurableObjectStorage, tend: () => Promise<number | null>) {
    const clock = new ManualClock(T0)
    const logger = new RecordingLogger()
    const objects = () => env.WEBHOOK_LOG as unknown as WebhookLogNamespace
    const open = () => new WebhookLogKeeper({ storage, key: KEY, tend, objects, clock, logger })
    return Promise.resolve({ clock, logger, keeper: open(), open })
  }
  const never = () => Promise.resolve(null)

  test('comes for an event that may be cut off, and is not set again for each', async () => {
    await inObject(async (storage) => {
      const { keeper } = await scene(storage, never)
      await keeper.add(webhookEntry({ retryAt: T0 + 60_000 }), null)
      await keeper.add(webhookEntry({ id: 'evt_2', retryAt: T0 + 61_000 }), null)
      expect(await storage.getAlarm()).toBe(T0 + 60_000)
    })
  })

  test('comes for the deletion of an event that is handled', async () => {
    await inObject(async (storage) => {
      const { keeper } = await scene(storage, never)
      await keeper.add(webhookEntry({ outcome: 'no_action', retryAt: null }), null)
      expect(await storage.getAlarm()).toBe(T0 + WEBHOOK_KEPT_MS)
    })
  })

  test('comes for the looks for missed events, also where no event ever came', async () => {
    await inObject(async (storage) => {
      const found = { events: [event({ eventId: 'e-1' })] }
      const webhook = openWebhook({
        handle: ({ payload }) => [submit('writer', payload)],
        missed: { everySeconds: 900, find: () => Promise.resolve(found) },
      })
      const world = { webhook, clock: new ManualClock(T0), jobs: new MemoryJobStore(new RecordingWaker()) }
      const key = { tenantId: webhook.tenantId, source: webhook.name }
      const tend = (log: WebhookLog) => webhookScene({ ...world, log }).tend()
      const objects = () => env.WEBHOOK_LOG as unknown as WebhookLogNamespace
      const open = () => new WebhookLogKeeper({ storage, key, tend, objects, clock: world.clock, logger: silentLogger })
      await open().begin()
      expect(await storage.getAlarm()).toBe(T0)
      await open().wake()
      expect(await storage.getAlarm()).toBe(T0 + 900_000)
      await world.clock.advance(900_000)
      await open().wake()
      expect(await open().sweep(key)).toMatchObject({ found: 1, sweptUntil: T0 + 900_000 })
      expect(await storage.getAlarm()).toBe(T0 + 1_800_000)
      await storage.deleteAlarm()
      await open().lookAfter()
      expect(await storage.getAlarm()).toBe(T0 + 1_800_000)
    })
  })

  test('finds the tables of a release before, and brings them up to date', async () => {
    await inObject(async (storage) => {
      const before = { ...webhookSchema, statements: webhookSchema.statements.slice(0, 3) }
      await migrate(new DurableObjectDatabase(storage), before)
      const { keeper } = await scene(storage, never)
      expect(await keeper.lookAfter()).toBe(T0 + 86_400_000)
      expect(await keeper.sweep(KEY)).toBeNull()
    })
  })

  test('is set to what the log needs next, and to a minute later after a failure', async () => {
    await inObject(async (storage) => {
      let fails = true
      const tend = (): Promise<number> =>
        fails ? Promise.reject(new Error('broken')) : Promise.resolve(T0 + 7_000_000)
      const { keeper, open, clock, logger } = await scene(storage, tend)
      await keeper.add(webhookEntry(), null)
      await clock.advance(60_000)
      await open().wake()
      expect(await storage.getAlarm()).toBe(T0 + 120_000)
      expect(logger.lines).toHaveLength(1)
      fails = false
      await open().wake()
      expect(await storage.getAlarm()).toBe(T0 + 7_000_000)
    })
  })

  test('that is lost is found by the sweep', async () => {
    await inObject(async (storage) => {
      const { keeper, clock, open } = await scene(storage, never)
      expect(await keeper.lookAfter()).toBeNull()
      await keeper.add(webhookEntry(), null)
      await storage.deleteAlarm()
      const index = new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), WEBHOOK_LOG.name)
      await index.add({ id: 'shop/acme', tenantId: 'acme', lookAt: T0 + 60_000 })
      await clock.advance(120_000)
      const objects = { getByName: () => open() }
      await sweepRecords({ index, objects, clock, logger: silentLogger })
      expect(await storage.getAlarm()).toBe(T0 + 120_000)
    })
  })
})
