import { describe, expect, test } from 'vitest'
import { DeleteJob } from '#application/delete-job.ts'
import { DeliverCallbacks } from '#application/deliver-callbacks.ts'
import { Redeliver } from '#application/redeliver.ts'
import { callbackBody } from '#adapters/http/wire/views.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import type { CallbackOutcome } from '#ports/callback-sender.ts'
import { Crash, CrashingStore } from '#test/support/crashing-store.ts'
import { T0, after, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/test-app.ts'

const FAILED = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

/** A failed job whose message is due, and a receiver that answers when it is told to. */
async function delivering() {
  const clock = new ManualClock(T0)
  const store = new CrashingStore(new RecordingWaker())
  const callback = { url: 'https://shop.example.com/', events: ['job.failed'] } as const
  const { job, event, state } = submitted({ options: { ...NO_OPTIONS, callback } })
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
    tenants: new TenantPolicies(ROOMY),
    render: callbackBody,
    clock,
    random: { fraction: () => 0 },
    logger: silentLogger,
  })
  const stop = new AbortController()
  const deliver = () => deliverCallbacks.execute(job.id, stop.signal)
  const answer = (status: number): void => {
    answers.at(-1)?.resolve({ kind: 'answered', status })
  }
  const deliveries = async () => (await store.load(job.id))?.job.deliveries ?? []
  const redeliver = new Redeliver({ jobs: store, clock })
  return { clock, store, stop, jobId: job.id, redeliver, sent, deliver, answer, deliveries }
}

describe('a message', () => {
  test('is sent again, with the same id, when its process died before it knew the answer', async () => {
    const { clock, store, sent, deliver, answer, deliveries } = await delivering()
    store.crashAt(store.commits + 1, 'before')
    const dying = deliver()
    await clock.advance(0)
    answer(204)
    await expect(dying).rejects.toBeInstanceOf(Crash)
    store.restart()
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attemptCount: 0 })
    const again = deliver()
    await clock.advance(0)
    answer(204)
    await again
    expect(new Set(sent).size).toBe(1)
    expect(sent).toHaveLength(2)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered', attemptCount: 1 })
  })

  test('whose job is deleted while it is under way ends quietly', async () => {
    const { clock, store, jobId, deliver, answer } = await delivering()
    const sending = deliver()
    await clock.advance(0)
    await new DeleteJob({ jobs: store, clock }).execute({ tenantId: 'acme', jobId })
    answer(204)
    await sending
    expect(await store.load(jobId)).toBeNull()
  })

  test('that arrives in the moment of a deletion does not stop it', async () => {
    const { clock, store, jobId, redeliver } = await delivering()
    let tries = 0
    const contested = {
      get: store.get.bind(store),
      load: store.load.bind(store),
      remove: async (job: JobRecord) => {
        if (tries++ === 0) await redeliver.execute({ tenantId: 'acme', jobId, deliveryId: job.deliveries[0]?.id ?? '' })
        await store.remove(job)
      },
    }
    await new DeleteJob({ jobs: contested, clock }).execute({ tenantId: 'acme', jobId })
    expect(tries).toBe(2)
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

  test('that was asked for anew while an attempt was under way is sent anew', async () => {
    const { clock, jobId, redeliver, sent, deliver, answer, deliveries } = await delivering()
    const first = deliver()
    await clock.advance(0)
    answer(500)
    await first
    await clock.advance(5000)
    const second = deliver()
    await clock.advance(0)
    await redeliver.execute({ tenantId: 'acme', jobId, deliveryId: sent[0] ?? '' })
    answer(500)
    await clock.advance(0)
    answer(204)
    await second
    expect(sent).toHaveLength(3)
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered', attemptCount: 1 })
  })
})
