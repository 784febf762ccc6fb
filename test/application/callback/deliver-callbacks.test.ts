import { describe, expect, test } from 'vitest'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { callbackBody } from '#adapters/http/wire/views.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { nextWake } from '#domain/job/wake.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { CallbackOutcome } from '#ports/callback-sender.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { Crash, CrashingStore } from '#test/support/crashing-store.ts'
import { T0, TILL, after, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'

const FAILED = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

const HOOK = 'https://shop.example.com/'

/** A failed job whose message is due, and a receiver that answers when it is told to: the job's own, or that of its tenant. */
async function delivering(receiver: 'own' | 'shared' = 'own', retainMs = NO_OPTIONS.retainMs) {
  const clock = new ManualClock(T0)
  const store = new CrashingStore(new RecordingWaker())
  const callback = { url: HOOK, events: ['job.failed'] } as const
  const db = new SqliteDatabase(':memory:')
  await migrate(db, goneReceiverSchema)
  const goneReceivers = new SqlGoneReceivers(db)
  const { job, event, state } = submitted({ options: { ...NO_OPTIONS, callback, retainMs } })
  await store.create(job, event)
  await store.save(after(state, [FAILED]), [FAILED])
  const sent: string[] = []
  const answers: PromiseWithResolvers<CallbackOutcome>[] = []
  const deliverCallbacks = new DeliverCallbacks({
    jobs: store,
    sender: {
      problemWith: () => null,
      send: ({ id }, signal) => {
        sent.push(id)
        const answer = Promise.withResolvers<CallbackOutcome>()
        answers.push(answer)
        signal.addEventListener('abort', () => {
          answer.reject(signal.reason)
        })
        return answer.promise
      },
    },
    tenants: new TenantPolicies({ ...ROOMY, callback: receiver === 'shared' ? callback : null }),
    goneReceivers,
    render: callbackBody,
    clock,
    random: { fraction: () => 0 },
    logger: silentLogger,
  })
  const stop = new AbortController()
  const deliver = () => deliverCallbacks.execute(job.id, stop.signal)
  const end = (outcome: CallbackOutcome): void => {
    answers.at(-1)?.resolve(outcome)
  }
  const answer = (status: number): void => {
    end({ kind: 'answered', status })
  }
  const answered = async (status: number): Promise<void> => {
    const sending = deliver()
    await clock.advance(0)
    answer(status)
    await sending
  }
  const deliveries = async () => (await store.load(job.id))?.job.deliveries ?? []
  const redeliver = new Redeliver({ jobs: store, goneReceivers, clock })
  return {
    goneReceivers,
    clock,
    store,
    stop,
    jobId: job.id,
    redeliver,
    sent,
    deliver,
    end,
    answer,
    answered,
    deliveries,
  }
}

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
    const { clock, store, jobId, sent, redeliver, answered } = await delivering('own', 60_000)
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
})

describe('a receiver that has gone (410)', () => {
  test('is remembered where the tenant’s jobs share it, before the process can die', async () => {
    const { clock, store, goneReceivers, sent, deliver, answer, deliveries } = await delivering('shared')
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
    const { clock, goneReceivers, deliver, answer } = await delivering(receiver)
    const sending = deliver()
    await clock.advance(0)
    answer(status)
    await sending
    expect(await goneReceivers.isGone({ tenantId: 'acme', url: HOOK })).toBe(false)
  })

  test('is not asked about where the job has one of its own, which costs nothing then', async () => {
    const { goneReceivers, deliveries, answered } = await delivering('own')
    goneReceivers.isGone = () => Promise.reject(new Error('Nobody may ask.'))
    await answered(204)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered' })
  })

  test('is back when a message of its is asked for, and not when there is no such message', async () => {
    const { jobId, goneReceivers, redeliver, deliveries } = await delivering('shared')
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
