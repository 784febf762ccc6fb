import { reset } from 'cloudflare:test'
import { afterAll, describe, expect, test } from 'vitest'
import { IndexFeed } from '#adapters/cloudflare/index-feed.ts'
import { ObjectJobStore } from '#adapters/cloudflare/job-store.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { scene } from './index-scene.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

afterAll(() => reset())

describe('the end of an item', () => {
  /** A batch that is away until it is back, and what it has heard. */
  function shakyBatch() {
    const batch = { isAway: true, heard: [] as string[] }
    const endItem = ({ status }: JobRecord): Promise<void> => {
      if (batch.isAway) return Promise.reject(new Error('The batch is away.'))
      batch.heard.push(status)
      return Promise.resolve()
    }
    return { batch, endItem }
  }

  test('is said again by a restarted object until the batch has heard, with an alarm for that', async () => {
    await scene(async ({ storage, index, clock, fail }) => {
      const { batch, endItem } = shakyBatch()
      const open = (): { feed: IndexFeed; jobs: ObjectJobStore } => {
        const alarm = new AlarmWaker(storage, clock)
        const feed = new IndexFeed({
          storage,
          alarm,
          index,
          proposals: NO_PROPOSALS,
          endItem,
          logger: new RecordingLogger(),
          clock,
        })
        return { feed, jobs: new ObjectJobStore(new DurableObjectDatabase(storage), feed) }
      }
      const job = await fail()
      await open().feed.settle(job)
      expect([batch.heard, index.entries.get(job.id)?.status]).toEqual([[], 'failed'])
      const dead = open()
      await dead.feed.settle(job)
      await dead.feed.settleAlarm(nextWake(job))
      expect(await storage.getAlarm()).toBeLessThanOrEqual(clock.now() + 30_000)
      await expect(open().jobs.remove(job)).rejects.toThrow('The batch is away.')
      expect(await open().jobs.load(job.id)).not.toBeNull()
      batch.isAway = false
      const restarted = open()
      await restarted.feed.settle(job)
      await restarted.feed.settle(job)
      expect(batch.heard).toEqual(['failed'])
      await restarted.feed.settleAlarm(nextWake(job))
      expect(await storage.getAlarm()).toBe(nextWake(job).at)
    })
  })

  test('reaches the batch while the index is away', async () => {
    await scene(async ({ storage, index, clock, fail }) => {
      const { batch, endItem } = shakyBatch()
      batch.isAway = false
      const job = await fail()
      index.down = true
      const alarm = new AlarmWaker(storage, clock)
      await new IndexFeed({
        storage,
        alarm,
        index,
        proposals: NO_PROPOSALS,
        endItem,
        logger: new RecordingLogger(),
        clock,
      }).settle(job)
      expect(batch.heard).toEqual(['failed'])
    })
  })
})
