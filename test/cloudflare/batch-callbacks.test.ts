import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { D1BatchIndex } from '#adapters/cloudflare/batch-index.ts'
import { contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { CallbackMessage, CallbackOutcome } from '#ports/callback-sender.ts'
import { ended, items } from '#test/contracts/batch-scene.ts'
import { TILL } from '#test/support/fixtures.ts'
import { BATCH_ID, batchOf } from '#test/support/batch.ts'
import { batchIn } from './batch-in-object.ts'

afterAll(() => reset())
beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), recordIndexSchema, contentSchema))

/** A receiver that is down until it is `up`. */
function receiver() {
  const sent: CallbackMessage[] = []
  const state = { isUp: false }
  const sender = {
    problemWith: () => null,
    send: (message: CallbackMessage): Promise<CallbackOutcome> => {
      sent.push(message)
      return Promise.resolve({ kind: 'answered', status: state.isUp ? 204 : 503 })
    },
  }
  return { sent, state, sender }
}

const listed = async (): Promise<readonly string[]> => {
  const index = new D1BatchIndex(new D1SqlDatabase(env.JOB_INDEX))
  const found = await index.list({ tenantId: 'acme', size: 10, after: null, hasFailedCallback: true })
  return found.map(({ id }) => id)
}

test('a callback that is given up is listed, and sent again when that is asked for', async () => {
  const { sent, state, sender } = receiver()
  await runInDurableObject(env.CONTRACT_HOST.getByName('given-up'), async (_instance, { storage }) => {
    const { index, keeper, open, append, end, close, fire, clock } = batchIn(storage, { sender })
    const batch = batchOf({ callbackUrl: 'https://shop.example.com/hook', retainMs: 30 * 86_400_000 })
    await index.add({ id: BATCH_ID, tenantId: 'acme', createdAt: batch.createdAt, lookAt: clock.now() })
    await keeper.create(batch)
    await append(0, items(1))
    await close()
    await end([ended(1)])
    const delivery = async () => (await open().load())?.deliveries[0]
    while ((await delivery())?.status !== 'failed') await fire()
    const tries = sent.length
    expect(tries).toBeGreaterThan(1)
    expect(await listed()).toEqual([BATCH_ID])

    const records = {
      load: () => open().load(),
      save: async (next: typeof batch) => {
        if (!(await open().save(next))) throw new VersionConflictError(next.id, next.version)
      },
    }
    const redeliver = new RedeliverBatchCallback({ batches: records as never, clock })
    const { id = '' } = (await delivery()) ?? {}
    await redeliver.execute({ tenantId: 'acme', batchId: BATCH_ID, deliveryId: id, by: TILL })
    expect(await storage.getAlarm()).toBe(clock.now())
    state.isUp = true
    await fire()
    expect(await delivery()).toMatchObject({ status: 'delivered' })
    expect(await listed()).toEqual([])
    expect(sent).toHaveLength(tries + 1)
    expect(new Set(sent.map((message) => message.id + message.body)).size).toBe(1)
  })
})
