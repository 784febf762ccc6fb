import { reset } from 'cloudflare:test'
import { afterAll, describe, expect, test } from 'vitest'
import { IndexFeed, TOGETHER_MS } from '#adapters/cloudflare/index-feed.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { submit } from '#domain/job/replay.ts'
import { nextWake } from '#domain/job/wake.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { scene } from './index-scene.ts'
import { noBatch } from './object-jobs.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

afterAll(() => reset())

const AGAIN_MS = 30_000

describe('the feed of the index', () => {
  test('tells of a new job and of its every change of status, and of nothing twice', async () => {
    await scene(async ({ index, feed, job, fail }) => {
      expect(index.entries.get(job.id)?.status).toBe('queued')
      const failed = await fail()
      await feed.settle(failed)
      expect(index.entries.get(job.id)?.status).toBe('failed')
      await feed.settle(failed)
      expect(index.puts).toBe(2)
    })
  })

  test('a change waits for what follows it at once, so that one entry tells of both', async () => {
    await scene(async ({ index, clock, jobs, state, job }) => {
      const begun = started(job.createdAt)
      const running = after(state, [begun])
      await jobs.save(running, [begun])
      await clock.advance(TOGETHER_MS - 1)
      expect(index.entries.get(job.id)?.status).toBe('queued')
      const failure: JobEvent = {
        type: 'job.failed',
        at: job.createdAt,
        error: { code: 'model_failed', message: 'No.' },
      }
      await jobs.save(after(running, [failure]), [failure])
      await clock.advance(1)
      expect(index.entries.get(job.id)?.status).toBe('failed')
      expect(index.puts).toBe(2)
      await clock.advance(TOGETHER_MS)
      expect(index.puts).toBe(2)
    })
  })

  test('a change that lasts is told of by itself', async () => {
    await scene(async ({ index, clock, jobs, state, job }) => {
      const begun = started(job.createdAt)
      await jobs.save(after(state, [begun]), [begun])
      await clock.advance(TOGETHER_MS)
      expect(index.entries.get(job.id)?.status).toBe('running')
    })
  })

  test('where the index is out of reach, the object is woken soon until it has heard', async () => {
    await scene(async ({ storage, index, feed, clock, job, fail }) => {
      index.down = true
      const failed = await fail()
      await feed.settle(failed)
      await feed.settleAlarm(nextWake(failed))
      expect(await storage.getAlarm()).toBe(clock.now() + AGAIN_MS)

      index.down = false
      await feed.settle(failed)
      await feed.settleAlarm(nextWake(failed))
      expect(index.entries.get(job.id)?.status).toBe('failed')
      expect(await storage.getAlarm()).toBe(nextWake(failed).at)
    })
  })

  test.each([
    { name: 'a job that the sweep finds soon', due: 0, set: true },
    { name: 'a job that the sweep finds much later', due: 600_000, set: false },
    { name: 'a job that the index has never heard of', due: null, set: false },
  ])(
    'under an alarm that has fired and stands, only the last one is set, and only where that loses no entry: $name',
    async ({ due, set }) => {
      await scene(async ({ storage, index, clock }) => {
        await storage.deleteAlarm()
        const alarm = new AlarmWaker(storage, clock)
        const feed = new IndexFeed({
          storage,
          alarm,
          index,
          proposals: NO_PROPOSALS,
          endItem: noBatch,
          logger: new RecordingLogger(),
          clock,
        })
        const { job } = submitted({ at: Date.now() + (due ?? 0) })
        if (due !== null) await feed.settle(job)
        alarm.fired()
        await feed.wakeAt(job, { kind: 'run', at: T0 })
        expect(await storage.getAlarm()).toBeNull()
        await feed.wakeAt(job, { kind: 'expire', at: T0 })
        expect(await storage.getAlarm()).toBe(set ? T0 : null)
        alarm.done()
        await feed.wakeAt(job, { kind: 'run', at: T0 + 1 })
        expect(await storage.getAlarm()).toBe(T0 + 1)
      })
    },
  )

  test('an object that was restarted tells again, for it does not know what was heard', async () => {
    await scene(async ({ storage, index, clock, job }) => {
      index.entries.clear()
      const feed = new IndexFeed({
        storage,
        alarm: new AlarmWaker(storage, clock),
        index,
        proposals: NO_PROPOSALS,
        endItem: noBatch,
        logger: new RecordingLogger(),
        clock,
      })
      await feed.settle(job)
      expect(index.entries.get(job.id)?.status).toBe('queued')
    })
  })

  test('a job is not deleted as long as its entry cannot be', async () => {
    await scene(async ({ index, jobs, fail }) => {
      const failed = await fail()
      index.down = true
      await expect(jobs.remove(failed)).rejects.toThrow('The index is down.')
      expect((await jobs.load(failed.id))?.job).toEqual(failed)
      index.down = false
      await jobs.remove(failed)
      expect(await jobs.load(failed.id)).toBeNull()
      expect(index.entries.size).toBe(0)
    })
  })

  test('a job that has moved on while it was to be deleted is in the index again', async () => {
    await scene(async ({ index, jobs, job, fail }) => {
      const failed = await fail()
      await expect(jobs.remove({ ...failed, version: 1 })).rejects.toMatchObject({ code: 'version_conflict' })
      expect(index.entries.get(job.id)?.status).toBe('failed')
    })
  })

  test('a repeat of a submission tells nothing of a job that was not made', async () => {
    await scene(async ({ index, jobs, feed, job }) => {
      const { event } = submitted({ jobId: job.id, at: job.createdAt + 1 })
      expect(await jobs.create(submit(event).job, event)).toEqual({ job, created: false })
      await feed.settle(job)
      expect(index.puts).toBe(1)
    })
  })
})
