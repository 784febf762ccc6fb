import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { callbackBody } from '#adapters/http/wire/views.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { CallbackOutcome } from '#ports/callback-sender.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { CrashingStore } from '#test/support/crashing-store.ts'
import { T0, after, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'

const FAILED = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

export const HOOK = 'https://shop.example.com/'

interface Delivering {
  /** Whose receiver it is: the job's own, or that of its tenant. */
  readonly receiver?: 'own' | 'shared'
  readonly retainMs?: number
  /** What became of the job, by which its message is due. */
  readonly events?: readonly JobEvent[]
}

/** A job whose message is due, and a receiver whose answer the test gives. */
export async function delivering({
  receiver = 'own',
  retainMs = NO_OPTIONS.retainMs,
  events = [FAILED],
}: Delivering = {}) {
  const clock = new ManualClock(T0)
  const store = new CrashingStore(new RecordingWaker())
  const callback = { url: HOOK, events: ['job.failed', 'job.waiting'] } as const
  const db = new SqliteDatabase(':memory:')
  await migrate(db, goneReceiverSchema)
  const goneReceivers = new SqlGoneReceivers(db)
  const { job, event, state } = submitted({ options: { ...NO_OPTIONS, callback, retainMs } })
  await store.create(job, event)
  await store.save(after(state, events), events)
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
