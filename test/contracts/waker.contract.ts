import { deepStrictEqual } from 'node:assert/strict'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { HOUR_MS } from '#domain/time/duration.ts'
import type { JobStore } from '#ports/job-store.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

export interface WakerSubject {
  /** A store that tells the waker under test. */
  readonly store: JobStore
  /** Lets time go on to `at`; the ids of the jobs woken on the way. */
  readonly wokenUntil: (at: number) => Promise<readonly string[]>
}

export const wakerContract: readonly ContractCase<WakerSubject>[] = [
  {
    name: 'a new job is woken when its time has come, and not before',
    async run({ store, wokenUntil }) {
      const { job, event } = submitted()
      await store.create(job, event)
      deepStrictEqual(await wokenUntil(T0 - 1), [])
      deepStrictEqual(await wokenUntil(T0), [job.id])
    },
  },
  {
    name: 'a running job is woken when its lease ends: a later wake takes the place of the earlier one',
    async run({ store, wokenUntil }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const begun = [started(T0 - 20_000)]
      await store.save(after(state, begun), begun)
      deepStrictEqual(await wokenUntil(T0 + 9999), [])
      deepStrictEqual(await wokenUntil(T0 + 10_000), [job.id])
    },
  },
  {
    name: 'a finished job is woken when it has been kept for long enough, and not before',
    async run({ store, wokenUntil }) {
      // An hour is 120 sweeps of a pump; the default of 30 days would be 86 400.
      const { job, event, state } = submitted({ options: { ...NO_OPTIONS, retainMs: HOUR_MS } })
      await store.create(job, event)
      const failure = { type: 'job.failed', at: T0 - 1, error: { code: 'model_failed', message: 'No.' } } as const
      await store.save(after(state, [failure]), [failure])
      const end = T0 - 1 + HOUR_MS
      deepStrictEqual(await wokenUntil(end - 1), [])
      deepStrictEqual(await wokenUntil(end), [job.id])
    },
  },
]
