import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { Pump } from '#adapters/node/engine/pump.ts'
import { WAKE_KINDS } from '#domain/job/wake.ts'
import type { DueJobs } from '#ports/due.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { WakerSubject } from '#test/contracts/waker.contract.ts'
import { T0 } from './fixtures.ts'
import { RecordingWaker } from './recording-waker.ts'
import { silentLogger } from './silent-logger.ts'

type OpenJobs = (waker: RecordingWaker) => Promise<{ readonly store: JobStore; readonly due: DueJobs }>

/** The Node runtime's waker and pumps over a store, on a clock that stands still; what is woken is noted and not executed. */
export async function pumpedStore(open: OpenJobs): Promise<WakerSubject> {
  const clock = new ManualClock(T0 - 100_000)
  const waker = new RecordingWaker()
  const { store, due } = await open(waker)
  const woken: string[] = []
  const pumps = WAKE_KINDS.map(
    (kind) =>
      new Pump({
        kind,
        due,
        waker,
        clock,
        logger: silentLogger,
        places: 10,
        execute: (jobId, signal) => {
          woken.push(jobId)
          // In execution until the end of the case.
          return new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              resolve()
            })
          })
        },
      }),
  )
  for (const pump of pumps) pump.start()
  await clock.advance(0)
  const wokenUntil = async (at: number): Promise<readonly string[]> => {
    await clock.advance(at - clock.now())
    return [...woken]
  }
  return { store, wokenUntil }
}
