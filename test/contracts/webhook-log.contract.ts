import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { afterFailure, firstSweep } from '#domain/webhook/sweep.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { T0 } from '#test/support/fixtures.ts'
import { loggedEvent, webhookEntry } from '#test/support/webhooks.ts'
import type { ContractCase } from './contract.ts'

const KEY = { tenantId: 'acme', source: 'shop' }
const ALL = { size: 10, after: null }

/** A log of its own for each case, empty at first. */
export const webhookLogContract: readonly ContractCase<WebhookLog>[] = [
  {
    name: 'add() keeps an event with its body; where the id is taken it counts a delivery and changes nothing else',
    async run(log) {
      deepStrictEqual(await log.add(webhookEntry(), 'sealed'), {
        event: loggedEvent(),
        sealed: 'sealed',
        created: true,
      })
      const later = webhookEntry({ receivedAt: T0 + 5, topic: 'other', outcome: 'no_action' })
      const counted = loggedEvent({ deliveries: 2, lastDeliveryAt: T0 + 5 })
      deepStrictEqual(await log.add(later, null), { event: counted, sealed: 'sealed', created: false })
      deepStrictEqual(await log.find(KEY, 'evt_1'), { event: counted, sealed: 'sealed' })
    },
  },
  {
    name: 'two adds of one event at once: one has created it',
    async run(log) {
      const both = await Promise.all([log.add(webhookEntry(), null), log.add(webhookEntry(), null)])
      deepStrictEqual(both.map(({ created }) => created).toSorted(), [false, true])
      strictEqual((await log.find(KEY, 'evt_1'))?.event.deliveries, 2)
    },
  },
  {
    name: 'find() knows no event of another webhook or tenant',
    async run(log) {
      await log.add(webhookEntry(), null)
      strictEqual(await log.find({ ...KEY, tenantId: 'other' }, 'evt_1'), null)
      strictEqual(await log.find({ ...KEY, source: 'other' }, 'evt_1'), null)
      strictEqual(await log.find(KEY, 'evt_2'), null)
    },
  },
  {
    name: 'save() replaces the entry and keeps body and deliveries; over another version it changes nothing',
    async run(log) {
      await log.add(webhookEntry(), 'sealed')
      await log.add(webhookEntry(), null)
      const results = [{ type: 'submit', agent: 'a', jobId: 'job_1' }] as const
      const done = loggedEvent({ outcome: 'done', results, retryAt: null, version: 2 })
      strictEqual(await log.save(done), true)
      strictEqual(await log.save({ ...done, outcome: 'filtered' }), false)
      const event = { ...done, deliveries: 2 }
      deepStrictEqual(await log.find(KEY, 'evt_1'), { event, sealed: 'sealed' })
    },
  },
  {
    name: 'list() shows the events of its webhook, newest first, in pages',
    async run(log) {
      for (const n of [1, 2, 3, 4, 5]) await log.add(webhookEntry({ id: `evt_${String(n)}`, receivedAt: T0 + n }), null)
      await log.add(webhookEntry({ id: 'evt_6', source: 'other' }), null)
      await log.add(webhookEntry({ id: 'evt_7', tenantId: 'other' }), null)
      const first = await log.list(KEY, { size: 2, after: null })
      deepStrictEqual(
        first.events.map(({ id }) => id),
        ['evt_5', 'evt_4'],
      )
      const second = await log.list(KEY, { size: 3, after: first.next })
      deepStrictEqual(
        second.events.map(({ id }) => id),
        ['evt_3', 'evt_2', 'evt_1'],
      )
      strictEqual(second.next, null)
    },
  },
  {
    name: 'list() finds by outcome and topic',
    async run(log) {
      await log.add(webhookEntry({ id: 'evt_1', outcome: 'filtered' }), null)
      await log.add(webhookEntry({ id: 'evt_2', outcome: 'filtered', topic: 'orders/paid' }), null)
      await log.add(webhookEntry({ id: 'evt_3', outcome: 'done' }), null)
      const ids = async (query: object): Promise<readonly string[]> =>
        (await log.list(KEY, { ...ALL, ...query })).events.map(({ id }) => id)
      deepStrictEqual(await ids({ outcome: 'filtered' }), ['evt_2', 'evt_1'])
      deepStrictEqual(await ids({ outcome: 'filtered', topic: 'orders/paid' }), ['evt_2'])
      deepStrictEqual(await ids({ topic: 'orders/create' }), ['evt_3', 'evt_1'])
      deepStrictEqual(await ids({ outcome: 'duplicate' }), [])
      const page = await log.list(KEY, { outcome: 'filtered', size: 1, after: null })
      deepStrictEqual(
        (await log.list(KEY, { outcome: 'filtered', size: 1, after: page.next })).events.map(({ id }) => id),
        ['evt_1'],
      )
    },
  },
  {
    name: 'toRetry() has those whose time has come, longest ago first',
    async run(log) {
      await log.add(webhookEntry({ id: 'evt_1', retryAt: T0 + 20 }), null)
      await log.add(webhookEntry({ id: 'evt_2', retryAt: T0 + 10 }), null)
      await log.add(webhookEntry({ id: 'evt_3', retryAt: T0 + 30 }), null)
      await log.add(webhookEntry({ id: 'evt_4', retryAt: null }), null)
      await log.add(webhookEntry({ id: 'evt_5', retryAt: T0, source: 'other' }), null)
      deepStrictEqual(await log.toRetry(KEY, T0 + 20, 10), ['evt_2', 'evt_1'])
      deepStrictEqual(await log.toRetry(KEY, T0 + 20, 1), ['evt_2'])
      await log.save(loggedEvent({ id: 'evt_2', version: 2, retryAt: null }))
      deepStrictEqual(await log.toRetry(KEY, T0 + 20, 10), ['evt_1'])
    },
  },
  {
    name: 'purge() deletes the oldest of what came before a time, so many at once, and nothing of another webhook',
    async run(log) {
      for (const n of [1, 2, 3]) await log.add(webhookEntry({ id: `evt_${String(n)}`, receivedAt: T0 + n }), 'sealed')
      await log.add(webhookEntry({ id: 'evt_4', source: 'other' }), null)
      await log.purge(KEY, T0 + 3, 1)
      strictEqual(await log.find(KEY, 'evt_1'), null)
      await log.purge(KEY, T0 + 3, 10)
      deepStrictEqual(
        (await log.list(KEY, ALL)).events.map(({ id }) => id),
        ['evt_3'],
      )
      strictEqual((await log.list({ ...KEY, source: 'other' }, ALL)).events.length, 1)
    },
  },
  {
    name: 'nextTimes() says when something is to be retried, and how old the log is',
    async run(log) {
      deepStrictEqual(await log.nextTimes(KEY), { retryAt: null, oldestAt: null, sweepAt: null })
      await log.add(webhookEntry({ id: 'evt_1', receivedAt: T0 + 7, retryAt: null }), null)
      deepStrictEqual(await log.nextTimes(KEY), { retryAt: null, oldestAt: T0 + 7, sweepAt: null })
      await log.add(webhookEntry({ id: 'evt_2', receivedAt: T0 + 9, retryAt: T0 + 60 }), null)
      await log.add(webhookEntry({ id: 'evt_3', receivedAt: T0 + 8, retryAt: T0 + 50 }), null)
      deepStrictEqual(await log.nextTimes(KEY), { retryAt: T0 + 50, oldestAt: T0 + 7, sweepAt: null })
    },
  },
  {
    name: 'nextTimes() and endSweep() are of one webhook, whatever is due of another or of another tenant',
    async run(log) {
      const others = [
        { ...KEY, source: 'other' },
        { ...KEY, tenantId: 'other' },
      ]
      for (const [n, key] of others.entries()) {
        await log.add(webhookEntry({ ...key, id: `evt_${String(n)}`, receivedAt: T0, retryAt: T0 }), null)
        await log.saveSweep(firstSweep(key, T0, 60_000))
      }
      deepStrictEqual(await log.nextTimes(KEY), { retryAt: null, oldestAt: null, sweepAt: null })
      await log.saveSweep(firstSweep(KEY, T0, 90_000))
      strictEqual((await log.nextTimes(KEY)).sweepAt, T0 + 90_000)
      await log.endSweep(KEY)
      for (const key of others) strictEqual((await log.nextTimes(key)).sweepAt, T0 + 60_000)
    },
  },
  {
    name: 'sweep() is what saveSweep() stored last; one of another version, or another webhook, changes nothing',
    async run(log) {
      strictEqual(await log.sweep(KEY), null)
      const first = firstSweep(KEY, T0, 60_000)
      strictEqual(await log.saveSweep(first), true)
      strictEqual(await log.saveSweep(first), false)
      const failed = afterFailure(first, { reason: 'away', now: T0 + 60_000, everyMs: 60_000 })
      strictEqual(await log.saveSweep(failed), true)
      strictEqual(await log.saveSweep({ ...failed, found: 9 }), false)
      deepStrictEqual(await log.sweep(KEY), failed)
      strictEqual((await log.nextTimes(KEY)).sweepAt, failed.dueAt)
      strictEqual(await log.sweep({ ...KEY, source: 'other' }), null)
      await log.endSweep(KEY)
      strictEqual(await log.sweep(KEY), null)
    },
  },
  {
    name: 'add() of an event that a sweep found counts no delivery, neither at first nor where it is known',
    async run(log) {
      const found = webhookEntry({ foundBy: 'sweep' })
      strictEqual((await log.add(found, null)).event.deliveries, 0)
      strictEqual((await log.add(found, null)).event.deliveries, 0)
      strictEqual((await log.add(webhookEntry(), null)).event.deliveries, 1)
      strictEqual((await log.find(KEY, found.id))?.event.foundBy, 'sweep')
    },
  },
]
