import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { Pump, type PumpOptions } from '#adapters/node/engine/pump.ts'
import { T0, after, submitted } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

const failed = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

/** A pump over memory whose jobs run until the test finishes or breaks them. */
export function pumping(places: number, more: Partial<PumpOptions> = {}) {
  const clock = new ManualClock(T0)
  const waker = new RecordingWaker()
  const store = new MemoryJobStore(waker)
  const logger = new RecordingLogger()
  const begun: string[] = []
  const endings = new Map<string, PromiseWithResolvers<undefined>>()
  const execute = async (jobId: string, signal: AbortSignal): Promise<void> => {
    begun.push(jobId)
    const ending = Promise.withResolvers<undefined>()
    endings.set(jobId, ending)
    signal.addEventListener('abort', () => {
      ending.resolve(undefined)
    })
    await ending.promise
  }
  const pump = new Pump({ kind: 'run', due: store, waker, clock, logger, places, execute, ...more })
  const submit = async (at = T0, tenantId = 'acme'): Promise<string> => {
    const { job, event } = submitted({ at, tenantId })
    await store.create(job, event)
    return job.id
  }
  const finish = async (jobId: string): Promise<void> => {
    const state = await store.load(jobId)
    if (state) await store.save(after(state, [failed]), [failed])
    endings.get(jobId)?.resolve(undefined)
    await clock.advance(0)
  }
  const fail = async (jobId: string): Promise<void> => {
    endings.get(jobId)?.reject(new Error('The disk is full.'))
    await clock.advance(0)
  }
  const submitMany = (count: number, tenantId: string): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => submit(T0 - count + n, tenantId)))
  return { clock, store, waker, logger, pump, submitMany, begun, submit, finish, fail }
}
