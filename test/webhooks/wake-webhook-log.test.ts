import { expect, test } from 'vitest'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { WakeWebhookLog } from '#application/webhook/wake-webhook-log.ts'
import { LOOK_MS, WEBHOOK_LOG } from '#domain/webhook/log.ts'
import { WebhookRegistry } from '#domain/webhook/registry.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { openWebhook } from '#test/support/webhook-scene.ts'

const RECORD = { id: 'whl_1', tenantId: 'default', source: 'shop', version: 1, updatedAt: T0, dueAt: T0 }

/** @param next when the log wants to be tended again; `null` while it is empty. */
function scene({
  next,
  declared = [openWebhook({})],
}: {
  next: number | null
  declared?: ReturnType<typeof openWebhook>[]
}) {
  const clock = new ManualClock(T0)
  const records = new MemoryRecords(new RecordingWaker()).of(WEBHOOK_LOG)
  const tended: unknown[] = []
  const derivedIds = new DerivedIds({
    hasher: new WebHasher(),
    idSecret: { read: () => Promise.resolve('of this test') },
  })
  const wake = new WakeWebhookLog({
    webhooks: new WebhookRegistry(declared),
    records,
    tendWebhookLog: { execute: (key) => (tended.push(key), Promise.resolve(next)) },
    derivedIds,
    clock,
  })
  const record = async () => records.load(await derivedIds.make(WEBHOOK_LOG.prefix, 'default', 'shop'))
  return { clock, wake, tended, record }
}

test('each declared webhook has one record, however often servers start, and is first woken after five minutes', async () => {
  const { wake, record, clock } = scene({ next: null })
  await wake.begin()
  await clock.advance(1000)
  await wake.begin()
  expect(await record()).toMatchObject({ source: 'shop', version: 1, dueAt: T0 + LOOK_MS })
})

test.each([
  { what: 'what its log needs', next: T0 + 1000, dueAt: T0 + 1000 },
  { what: 'five minutes, for an event that is recorded meanwhile', next: T0 + 86_400_000, dueAt: T0 + LOOK_MS },
  { what: 'five minutes, while its log is empty', next: null, dueAt: T0 + LOOK_MS },
])('it is woken again after $what', async ({ next, dueAt }) => {
  const { wake, tended } = scene({ next })
  expect(await wake.execute(RECORD)).toEqual({ ...RECORD, dueAt })
  expect(tended).toEqual([RECORD])
})

test('the record of a webhook that is not declared any more goes with its last event', async () => {
  expect(await scene({ next: T0 + 1000, declared: [] }).wake.execute(RECORD)).toMatchObject({ dueAt: T0 + 1000 })
  expect(await scene({ next: null, declared: [] }).wake.execute(RECORD)).toBeNull()
  const theirs = openWebhook({ tenant: 'acme' })
  expect(await scene({ next: null, declared: [theirs] }).wake.execute(RECORD)).toBeNull()
})
