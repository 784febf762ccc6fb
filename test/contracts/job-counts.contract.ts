import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { JobFilter } from '#domain/job/filter.ts'
import type { SomeJobs } from '#ports/job-index.ts'
import { T0 } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { type JobIndexSubject, WAITS, append, failed, inCall, stored } from './job-index-scene.ts'

/** Part of `job-index.contract.ts`. */
export const jobCounts: readonly ContractCase<JobIndexSubject>[] = [
  {
    name: 'counts by status, of one tenant, with and without a filter',
    async run(subject) {
      const a = await stored(subject, { tags: ['red'] })
      await stored(subject, { tags: ['red'] })
      await stored(subject)
      await stored(subject, { tenantId: 'other' })
      await failed(subject, a)
      const none = { queued: 0, running: 0, waiting: 0, completed: 0, failed: 0, canceled: 0 }
      deepStrictEqual(await subject.index.count('acme', {}), { ...none, queued: 2, failed: 1 })
      deepStrictEqual(await subject.index.count('acme', { tag: 'red' }), { ...none, queued: 1, failed: 1 })
      deepStrictEqual(await subject.index.count('acme', { statuses: ['failed'] }), { ...none, failed: 1 })
      deepStrictEqual(await subject.index.count('globex', {}), none)
    },
  },
  {
    name: 'counts some jobs, and says whether there are more',
    async run(subject) {
      const a = await stored(subject, { tags: ['red'] })
      await stored(subject, { tags: ['red'], at: T0 + 1 })
      await stored(subject, { at: T0 + 2 })
      await stored(subject, { tenantId: 'other' })
      await failed(subject, a)
      const some = (filter: JobFilter, most: number): Promise<SomeJobs> => subject.index.countSome('acme', filter, most)
      const filters: readonly JobFilter[] = [
        {},
        { tag: 'red' },
        { statuses: ['queued'] },
        { statuses: ['failed', 'queued'], tag: 'red' },
      ]
      for (const filter of filters) {
        const counts = await subject.index.count('acme', filter)
        deepStrictEqual(await some(filter, 3), { counts, isWhole: true })
      }
      const { counts, isWhole } = await some({}, 1)
      deepStrictEqual([isWhole, counts.queued, counts.completed], [false, 2, 0])
      strictEqual((await some({ tag: 'red' }, 1)).isWhole, false)
      strictEqual((await some({ statuses: ['failed'] }, 1)).isWhole, true)
    },
  },
  {
    name: 'counts the unfinished jobs of a tenant, and no further than asked',
    async run(subject) {
      const a = await stored(subject)
      await stored(subject)
      await stored(subject)
      await stored(subject, { tenantId: 'other' })
      strictEqual(await subject.index.unfinished('acme', 10), 3)
      strictEqual(await subject.index.unfinished('acme', 2), 2)
      await failed(subject, a)
      strictEqual(await subject.index.unfinished('acme', 10), 2)
    },
  },
  {
    name: 'unfinished() counts what runs and what waits, as well as what is queued',
    async run(subject) {
      await stored(subject)
      await inCall(subject, T0)
      await append(subject, await inCall(subject, T0), WAITS)
      await failed(subject, await stored(subject))
      strictEqual(await subject.index.unfinished('acme', 10), 3)
    },
  },
]
