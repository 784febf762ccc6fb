import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { JobPump } from '#adapters/node/job-pump.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { WakerSubject } from '#test/contracts/waker.contract.ts'
import { T0 } from './fixtures.ts'
import { RecordingWaker } from './recording-waker.ts'
import { silentLogger } from './silent-logger.ts'

type OpenJobs = (waker: RecordingWaker) => Promise<{ readonly store: JobStore; readonly due: DueJobs }>

/** The Node runtime's waker and pump over a store, on a clock that stands still; what is woken is noted and not executed. */
export async function pumpedStore(open: OpenJobs): Promise<WakerSubject> {
  const clock = new ManualClock(T0 - 100_000)
  const waker = new RecordingWaker()
  const { store, due } = await open(waker)
  const woken: string[] = []
  const pump = new JobPump({
    due,
    waker,
    clock,
    logger: silentLogger,
    concurrency: 10,
    execute: (jobId, signal) => {
      woken.push(jobId)
      // In execution until the end of the case.
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve()
        })
      })
    },
  })
  await pump.start()
  const wokenUntil = async (at: number): Promise<readonly string[]> => {
    await clock.advance(at - clock.now())
    return [...woken]
  }
  return { store, wokenUntil }
}
