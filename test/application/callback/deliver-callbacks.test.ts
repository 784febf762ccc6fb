import { describe, expect, test } from 'vitest'
import { DeleteJob } from '#application/job/delete-job.ts'
import type { Redeliver } from '#application/callback/redeliver.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { CrashingStore } from '#test/support/crashing-store.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { T0, TILL, after, started } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { HOOK, delivering } from './delivering.ts'

/** A store for which the till asks for the message again, just before the first removal. */
function contest(store: CrashingStore, redeliver: Redeliver) {
  const contested = {
    tries: 0,
    get: store.get.bind(store),
    load: store.load.bind(store),
    remove: async (job: JobRecord) => {
      const asked = { tenantId: job.tenantId, by: TILL, jobId: job.id, deliveryId: job.deliveries[0]?.id ?? '' }
      if (contested.tries++ === 0) await redeliver.execute(asked)
      await store.remove(job)
    },
  }
  return contested
}

describe('a message', () => {
  test('is sent again, with the same id, when its process died before it knew the answer', async () => {
    const { clock, store, sent, deliver, answer, deliveries, answered } = await delivering()
    store.crashAt(store.commits + 1, 'before')
    const dying = deliver()
    await clock.advance(0)
    answer(204)
    await expect(dying).rejects.toBeInstanceOf(Crash)
    store.restart()
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attemptCount: 0 })
    await answered(204)
    expect(new Set(sent).size).toBe(1)
    expect(sent).toHaveLength(2)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered', attemptCount: 1 })
  })

  test('whose job is deleted while it is under way ends quietly', async () => {
    const { clock, store, jobId, deliver, answer } = await delivering()
    const sending = deliver()
    await clock.advance(0)
    await new DeleteJob({ jobs: store, clock, logger: silentLogger }).execute({ tenantId: 'acme', by: TILL, jobId })
    answer(204)
    await sending
    expect(await store.load(jobId)).toBeNull()
  })

  test('keeps its job until it has arrived, also where its next try is later than the end of the retention', async () => {
    const { clock, store, jobId, sent, redeliver, answered } = await delivering({ retainMs: 60_000 })
    const deleteJob = new DeleteJob({ jobs: store, clock, logger: silentLogger })
    const wake = () => store.load(jobId).then((state) => state && nextWake(state.job))
    // After 5 s and 300 s more: the third try is at 305 s, long after the retention.
    for (const delay of [0, 5000]) {
      await clock.advance(delay)
      await answered(503)
    }
    expect(await wake()).toEqual({ kind: 'deliver', at: T0 + 305_000 })
    await clock.advance(60_000)
    expect(await deleteJob.expire(jobId)).toBe(false)
    await clock.advance(240_000)
    await answered(204)
    expect(sent).toHaveLength(3)
    expect(await wake()).toEqual({ kind: 'expire', at: T0 + 60_000 })
    const contested = contest(store, redeliver)
    expect(await new DeleteJob({ jobs: contested, clock, logger: silentLogger }).expire(jobId)).toBe(false)
    await answered(204)
    expect(await deleteJob.expire(jobId)).toBe(true)
  })

  test('that arrives in the moment of a deletion does not stop it', async () => {
    const { clock, store, jobId, redeliver, answered } = await delivering()
    await answered(204)
    const contested = contest(store, redeliver)
    await new DeleteJob({ jobs: contested, clock, logger: silentLogger }).execute({ tenantId: 'acme', by: TILL, jobId })
    expect(contested.tries).toBe(2)
    expect(await store.load(jobId)).toBeNull()
  })

  test('that is under way when the process stops is no failed attempt', async () => {
    const { clock, stop, deliver, deliveries } = await delivering()
    const stopping = deliver()
    await clock.advance(0)
    stop.abort(new Error('stopping'))
    await stopping
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attemptCount: 0 })
  })

  test('whose receiver has no place for it yet is no failed attempt, and whoever asked for it is told until when', async () => {
    const { clock, store, deliver, end, deliveries } = await delivering()
    const before = store.commits
    const asked = deliver()
    await clock.advance(0)
    const crowded = { kind: 'crowded', whenFree: () => Promise.resolve() } as const
    end(crowded)
    expect(await asked).toBe(crowded)
    expect(store.commits).toBe(before)
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attemptCount: 0 })
  })

  test('that was asked for anew while an attempt was under way is sent anew', async () => {
    const { clock, jobId, redeliver, sent, deliver, answer, deliveries, answered } = await delivering()
    await answered(500)
    await clock.advance(5000)
    const second = deliver()
    await clock.advance(0)
    await redeliver.execute({ tenantId: 'acme', by: TILL, jobId, deliveryId: sent[0] ?? '' })
    answer(500)
    await clock.advance(0)
    answer(204)
    await second
    expect(sent).toHaveLength(3)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered', attemptCount: 1 })
  })

  test('whose job goes on before its answer comes is sent again: only an executor writes to a job at work', async () => {
    const wait = { reason: 'approval', calls: [], until: T0 + 60_000 } as const
    const events = [started(T0), { type: 'job.waiting', at: T0, wait } as const]
    const { clock, store, jobId, deliver, answer, deliveries } = await delivering({ events })
    const sending = deliver()
    await clock.advance(0)
    const state = await store.load(jobId)
    if (state) await store.save(after(state, [started(T0 + 1)]), [started(T0 + 1)])
    answer(204)
    await sending
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attemptCount: 0 })
  })
})

describe('a receiver that has gone (410)', () => {
  test('is remembered where the tenant’s jobs share it, before the process can die', async () => {
    const { clock, store, goneReceivers, sent, deliver, answer, deliveries } = await delivering({ receiver: 'shared' })
    store.crashAt(store.commits + 1, 'before')
    const dying = deliver()
    await clock.advance(0)
    answer(410)
    await expect(dying).rejects.toBeInstanceOf(Crash)
    expect(await goneReceivers.isGone({ tenantId: 'acme', url: HOOK })).toBe(true)
    store.restart()
    await deliver()
    expect(sent).toHaveLength(1)
    const attempts = [{ at: T0, status: null, reason: expect.stringContaining('Not sent: the receiver') as string }]
    expect((await deliveries())[0]).toMatchObject({ status: 'gone', nextAt: null, attemptCount: 1, attempts })
  })

  test.each([
    ['own', 410],
    ['shared', 500],
    ['shared', 204],
  ] as const)('is not when it is the job’s %s and answers %i', async (receiver, status) => {
    const { clock, goneReceivers, deliver, answer } = await delivering({ receiver })
    const sending = deliver()
    await clock.advance(0)
    answer(status)
    await sending
    expect(await goneReceivers.isGone({ tenantId: 'acme', url: HOOK })).toBe(false)
  })

  test('is not asked about where the job has one of its own, which costs nothing then', async () => {
    const { goneReceivers, deliveries, answered } = await delivering()
    goneReceivers.isGone = () => Promise.reject(new Error('Nobody may ask.'))
    await answered(204)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered' })
  })

  test('is back when a message of its is asked for, and not when there is no such message', async () => {
    const { jobId, goneReceivers, redeliver, deliveries } = await delivering({ receiver: 'shared' })
    const receiver = { tenantId: 'acme', url: HOOK }
    await goneReceivers.add(receiver, T0)
    const ask = (tenantId: string, deliveryId = '') => redeliver.execute({ tenantId, by: TILL, jobId, deliveryId })
    const [message] = await deliveries()
    await expect(ask('acme', 'msg_x')).rejects.toMatchObject({ code: 'delivery_not_found' })
    await expect(ask('other', message?.id)).rejects.toMatchObject({ code: 'job_not_found' })
    expect(await goneReceivers.isGone(receiver)).toBe(true)
    await ask('acme', message?.id)
    expect(await goneReceivers.isGone(receiver)).toBe(false)
  })
})
