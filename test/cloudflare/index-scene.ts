import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { IndexFeed } from '#adapters/cloudflare/index-feed.ts'
import { ObjectJobStore } from '#adapters/cloudflare/job-store.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobState } from '#domain/job/replay.ts'
import type { JobEntry } from '#ports/job-index.ts'
import { after, submitted } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { noBatch } from './object-jobs.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

/** An index that can be out of reach. */
export class ShakyIndex {
  readonly entries = new Map<string, JobEntry>()
  puts = 0
  down = false

  put(entry: JobEntry): Promise<void> {
    this.puts++
    if (this.down) return Promise.reject(new Error('The index is down.'))
    this.entries.set(entry.id, entry)
    return Promise.resolve()
  }

  remove(jobId: string): Promise<void> {
    if (this.down) return Promise.reject(new Error('The index is down.'))
    this.entries.delete(jobId)
    return Promise.resolve()
  }
}

export interface Scene {
  readonly storage: DurableObjectStorage
  readonly index: ShakyIndex
  readonly feed: IndexFeed
  readonly clock: ManualClock
  readonly jobs: ObjectJobStore
  readonly state: JobState
  readonly job: JobRecord
  /** Fails the job, one version on. */
  fail(): Promise<JobRecord>
}

/** A job in an object of its own, far from any deadline, so that only its index moves its alarm. */
export function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  return runInDurableObject(env.CONTRACT_HOST.getByName(crypto.randomUUID()), async (_instance, { storage }) => {
    const index = new ShakyIndex()
    // The time of alarms is the platform's.
    const clock = new ManualClock(Date.now())
    const feed = new IndexFeed({
      storage,
      alarm: new AlarmWaker(storage, clock),
      index,
      proposals: NO_PROPOSALS,
      endItem: noBatch,
      logger: new RecordingLogger(),
      clock,
    })
    const jobs = new ObjectJobStore(new DurableObjectDatabase(storage), feed)
    const { job, event, state } = submitted()
    await jobs.create(job, event)
    await feed.settle(job)
    const fail = async (): Promise<JobRecord> => {
      const failure: JobEvent = {
        type: 'job.failed',
        at: job.createdAt,
        error: { code: 'model_failed', message: 'No.' },
      }
      const failed = after(state, [failure])
      await jobs.save(failed, [failure])
      return failed.job
    }
    await play({ storage, index, feed, clock, jobs, state, job, fail })
  })
}
