import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { submit } from '#domain/job/replay.ts'
import { JOB_ORDERS, type JobCursor } from '#domain/job/filter.ts'
import { eventOf } from '#test/support/event-of.ts'
import { T0, TILL, after, started } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { jobCounts } from './job-counts.contract.ts'
import { jobEndings } from './job-endings.contract.ts'
import { jobTenants } from './job-tenants.contract.ts'
import {
  ASKS,
  DONE,
  FAILED,
  IN_CALL,
  WAITS,
  type JobIndexSubject,
  append,
  failed,
  ids,
  inCall,
  stored,
} from './job-index-scene.ts'

export const jobIndexContract: readonly ContractCase<JobIndexSubject>[] = [
  {
    name: 'lists the jobs of one tenant, newest first, with all that is known of them',
    async run(subject) {
      const old = await stored(subject, { at: T0 })
      const young = await stored(subject, { at: T0 + 1, tags: ['b', 'a'], batch: 'x' })
      await stored(subject, { at: T0 + 2, tenantId: 'other' })
      deepStrictEqual(await ids(subject), [young.id, old.id])
      const [entry] = (await subject.index.list({ tenantId: 'acme', filter: {}, size: 1, after: null })).jobs
      deepStrictEqual(entry, {
        id: young.id,
        tenantId: 'acme',
        status: 'queued',
        agent: 'writer',
        tags: ['b', 'a'],
        metadata: { order: '1042' },
        batch: 'x',
        createdAt: T0 + 1,
        updatedAt: T0 + 1,
        finishedAt: null,
        errorCode: null,
        stopReason: null,
        usage: null,
        inputPreview: 'hello',
        searchText: 'b a 1042 hello',
        cost: null,
        hasUnknownCalls: false,
        needsApproval: false,
        hasFailedCallback: false,
        wake: { at: T0 + 1, kind: 'run' },
        version: 1,
      })
    },
  },
  {
    name: 'follows the status of a job',
    async run(subject) {
      const job = await stored(subject)
      const begun = started(T0 + 1)
      await subject.jobs.save(after(submit(eventOf(job)), [begun]), [begun])
      deepStrictEqual(await ids(subject, { statuses: ['running'] }), [job.id])
      const other = await stored(subject)
      await failed(subject, other)
      const [entry] = (
        await subject.index.list({ tenantId: 'acme', filter: { statuses: ['failed'] }, size: 9, after: null })
      ).jobs
      strictEqual(entry?.id, other.id)
      strictEqual(entry.finishedAt, FAILED.at)
      deepStrictEqual(await ids(subject, { statuses: ['queued'] }), [])
    },
  },
  {
    name: 'finds by status, agent, tag, batch and time, and by all of them together',
    async run(subject) {
      const a = await stored(subject, { at: T0, agent: 'one', tags: ['red', 'big'], batch: 'x' })
      const b = await stored(subject, { at: T0 + 10, agent: 'two', tags: ['red'], batch: 'x' })
      const c = await stored(subject, { at: T0 + 20, agent: 'one', batch: 'y' })
      await failed(subject, b)
      deepStrictEqual(await ids(subject, { statuses: ['failed'] }), [b.id])
      deepStrictEqual(await ids(subject, { statuses: ['failed', 'queued'] }), [c.id, b.id, a.id])
      deepStrictEqual(await ids(subject, { agent: 'one' }), [c.id, a.id])
      deepStrictEqual(await ids(subject, { tag: 'red' }), [b.id, a.id])
      deepStrictEqual(await ids(subject, { batch: 'x' }), [b.id, a.id])
      deepStrictEqual(await ids(subject, { createdAfter: T0 + 10 }), [c.id, b.id])
      deepStrictEqual(await ids(subject, { createdBefore: T0 + 10 }), [a.id])
      const all = {
        statuses: ['queued'],
        agent: 'one',
        tag: 'big',
        batch: 'x',
        createdAfter: T0,
        createdBefore: T0 + 1,
      } as const
      deepStrictEqual(await ids(subject, all), [a.id])
      deepStrictEqual(await ids(subject, { ...all, tag: 'red', agent: 'two' }), [])
      deepStrictEqual(await ids(subject, { tag: 'r' }), [])
    },
  },
  {
    name: 'finds jobs with calls of unknown outcome until the last is reported, and others that wait for approval',
    async run(subject) {
      const [waiting, ended, plain] = [
        await inCall(subject, T0),
        await inCall(subject, T0 + 1),
        await inCall(subject, T0 + 2),
      ]
      await append(subject, waiting, WAITS)
      const left = await append(subject, ended, FAILED)
      await append(subject, plain, DONE, FAILED)
      const asks = await append(subject, await inCall(subject, T0 + 3), ASKS)
      const unknown = { hasUnknownCalls: true } as const
      deepStrictEqual(await ids(subject, unknown), [ended.job.id, waiting.job.id])
      deepStrictEqual(await ids(subject, { ...unknown, statuses: ['failed', 'canceled'] }), [ended.job.id])
      deepStrictEqual(await ids(subject, { ...unknown, agent: 'writer', createdBefore: T0 + 1 }), [waiting.job.id])
      deepStrictEqual(await ids(subject, unknown, 'other'), [])
      const { failed, waiting: waits, queued } = await subject.index.count('acme', unknown)
      deepStrictEqual({ failed, waits, queued }, { failed: 1, waits: 1, queued: 0 })
      await append(subject, left, DONE)
      deepStrictEqual(await ids(subject, unknown), [waiting.job.id])
      deepStrictEqual(await ids(subject, { needsApproval: true, statuses: ['waiting'] }), [asks.job.id])
      strictEqual((await subject.index.count('acme', { needsApproval: true })).waiting, 1)
      await append(subject, asks, FAILED)
      deepStrictEqual(await ids(subject, { needsApproval: true }), [])
    },
  },
  {
    name: 'finds jobs with a callback that is given up, until it is sent again, also among those that wait for approval',
    async run(subject) {
      const plain = await append(subject, await inCall(subject, T0), ASKS)
      const job = await stored(subject, { callback: { url: 'https://shop.example.com/hook', events: ['job.waiting'] } })
      const asks = await append(subject, submit(eventOf(job)), ...IN_CALL, ASKS)
      const [message] = asks.job.deliveries
      const attempt = { type: 'callback.attempted', at: T0, deliveryId: message?.id ?? '', status: 500 } as const
      const tried = await append(subject, asks, { ...attempt, reason: null, becomes: 'pending', nextAt: T0 + 5 })
      deepStrictEqual(await ids(subject, { hasFailedCallback: true }), [])
      const given = await append(subject, tried, { ...attempt, reason: null, becomes: 'failed', nextAt: null })
      deepStrictEqual(await ids(subject, { hasFailedCallback: true }), [job.id])
      deepStrictEqual(await ids(subject, { hasFailedCallback: true, needsApproval: true }), [job.id])
      deepStrictEqual(new Set(await ids(subject, { needsApproval: true })), new Set([job.id, plain.job.id]))
      strictEqual((await subject.index.count('acme', { hasFailedCallback: true })).waiting, 1)
      const { deliveryId, at } = attempt
      await append(subject, given, { type: 'callback.redelivery_requested', at, deliveryId, by: TILL })
      deepStrictEqual(await ids(subject, { hasFailedCallback: true }), [])
    },
  },
  {
    name: 'a walk meets every job that was there at its beginning once, whatever is submitted meanwhile',
    async run(subject) {
      // Many at the same moment: the time alone does not say where a page ends.
      const before = new Set<string>()
      for (let n = 0; n < 23; n++)
        before.add((await stored(subject, { at: T0 + Math.floor(n / 9), tags: ['walk'] })).id)
      const filters = [{}, { tag: 'walk' }, { statuses: ['queued', 'failed'] as const }]
      for (const [filter, order] of filters.flatMap((one) => JOB_ORDERS.map((way) => [one, way] as const))) {
        const met: string[] = []
        let after: JobCursor | null = null
        do {
          const page = await subject.index.list({ tenantId: 'acme', filter, size: 4, after, order })
          ok(page.jobs.length <= 4)
          met.push(...page.jobs.map(({ id }) => id))
          await stored(subject, { at: T0 + 1000, tags: ['walk'] })
          after = page.next
        } while (after)
        deepStrictEqual(met.filter((id) => before.has(id)).sort(), [...before].sort())
        strictEqual(new Set(met).size, met.length)
      }
    },
  },
  {
    name: 'lists the oldest first, where that is asked, page by page and over several statuses',
    async run(subject) {
      const all: string[] = []
      for (let n = 0; n < 5; n++) {
        const job = await stored(subject, { at: T0 + n })
        if (n % 2 === 0) await failed(subject, job)
        all.push(job.id)
      }
      const filter = { statuses: ['queued', 'failed'] as const }
      const first = await subject.index.list({ tenantId: 'acme', filter, size: 3, after: null, order: 'oldest' })
      const rest = await subject.index.list({ tenantId: 'acme', filter, size: 3, after: first.next, order: 'oldest' })
      deepStrictEqual(
        [...first.jobs, ...rest.jobs].map(({ id }) => id),
        all,
      )
      strictEqual(rest.next, null)
    },
  },
  {
    name: 'a page that is just full is the last when nothing follows',
    async run(subject) {
      await stored(subject)
      await stored(subject)
      strictEqual((await subject.index.list({ tenantId: 'acme', filter: {}, size: 2, after: null })).next, null)
      ok((await subject.index.list({ tenantId: 'acme', filter: {}, size: 1, after: null })).next)
    },
  },
  ...jobCounts,
  {
    name: 'forgets a job that was removed, and its tags',
    async run(subject) {
      const job = await stored(subject, { tags: ['red'] })
      await subject.jobs.remove(job)
      deepStrictEqual(await ids(subject), [])
      deepStrictEqual(await ids(subject, { tag: 'red' }), [])
      strictEqual((await subject.index.count('acme', { tag: 'red' })).queued, 0)
    },
  },
  ...jobEndings,
  ...jobTenants,
]
