import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { COUNTED } from '#bench/job-on-cloudflare.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { TOGETHER_MS } from '#adapters/cloudflare/index-feed.ts'
import { JobKeeper } from '#adapters/cloudflare/job-keeper.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { ALONE, T0, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { countedD1 } from './counted-d1.ts'
import { countedStorage } from './counted-storage.ts'
import { writerApp } from './writer-app.ts'
import { noBatch } from './object-jobs.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

afterAll(() => reset())

test('what a job uses, from its submission to its deletion, is what the bill is reckoned with', async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema)
  const d1 = countedD1(env.JOB_INDEX)
  await runInDurableObject(env.CONTRACT_HOST.getByName('cost'), async (_instance, { storage: real }) => {
    const { counts, storage } = countedStorage(real)
    const clock = new ManualClock(T0)
    const behind: Promise<void>[] = []
    const models = new ListedModel(
      asks({ id: 'a', name: 'lookup' }),
      asks({ id: 'b', name: 'lookup' }),
      answer('Done.'),
    )
    const { job, event } = submitted()
    const keeper = new JobKeeper({
      storage,
      compose: writerApp({ clock, models, executor: ALONE }),
      index: new SqlJobIndex(new D1SqlDatabase(d1.db)),
      proposals: NO_PROPOSALS,
      endItem: noBatch,
      objects: () => {
        throw new Error('No other job is looked after here.')
      },
      logger: silentLogger,
      clock,
      jobId: () => job.id,
      waitUntil: (work) => behind.push(work),
    })
    await keeper.create(event)
    // A model takes longer than the index waits to hear of two changes at once.
    await clock.advance(TOGETHER_MS)
    await keeper.wake()
    expect((await keeper.wait({ tenantId: job.tenantId, jobId: job.id, waitMs: 1 }))?.status).toBe('completed')
    const commits = [...real.sql.exec<{ bytes: number }>('SELECT length(events) AS bytes FROM journal ORDER BY seq')]
    const storedBytes = real.sql.databaseSize
    await clock.advance(NO_OPTIONS.retainMs)
    await keeper.wake()
    expect(await keeper.find(job.tenantId, job.id)).toBeNull()
    await Promise.all(behind)
    expect({
      objectRowsWritten: counts.rowsWritten,
      objectRowsRead: counts.rowsRead,
      alarmsSet: counts.alarms,
      d1Queries: d1.counts.queries,
      d1RowsWritten: d1.counts.rowsWritten,
      d1RowsRead: d1.counts.rowsRead,
      storedBytes,
      commitBytes: commits.map(({ bytes }) => bytes),
    }).toEqual(COUNTED)
  })
})
