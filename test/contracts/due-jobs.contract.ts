import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { JobStore } from '#ports/job-store.ts'
import { after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

export interface DueJobsSubject {
  readonly store: JobStore
  readonly due: DueJobs
}

async function stored(store: JobStore, at: number, events: readonly JobEvent[] = []): Promise<string> {
  const { job, event, state } = submitted({ at })
  await store.create(job, event)
  if (events.length > 0) await store.save(after(state, events), events)
  return job.id
}

export const dueJobsContract: readonly ContractCase<DueJobsSubject>[] = [
  {
    name: 'due() gives the jobs whose time has come, longest due first',
    async run({ store, due }) {
      const late = await stored(store, 3000)
      const early = await stored(store, 1000)
      await stored(store, 9000)
      deepStrictEqual(await due.due('run', 5000, 10), [early, late])
      deepStrictEqual(await due.due('run', 5000, 1), [early])
      deepStrictEqual(await due.due('run', 999, 10), [])
    },
  },
  {
    name: 'nextDueAt() is the earliest wake of all, and null when there is none',
    async run({ store, due }) {
      strictEqual(await due.nextDueAt('run'), null)
      await stored(store, 3000)
      await stored(store, 2000)
      strictEqual(await due.nextDueAt('run'), 2000)
    },
  },
  {
    name: 'a finished job is due for deletion when its time is over, and for nothing else',
    async run({ store, due }) {
      const failure = { type: 'job.failed', at: 1500, error: { code: 'model_failed', message: 'No.' } } as const
      const id = await stored(store, 1000, [failure])
      deepStrictEqual(await due.due('run', 1e15, 10), [])
      deepStrictEqual(await due.due('deliver', 1e15, 10), [])
      strictEqual(await due.nextDueAt('run'), null)
      strictEqual(await due.nextDueAt('expire'), 1500 + NO_OPTIONS.retainMs)
      deepStrictEqual(await due.due('expire', 1500 + NO_OPTIONS.retainMs, 10), [id])
    },
  },
  {
    name: 'a job with a message to send is due for that first, and is kept until then',
    async run({ store, due }) {
      const callback = { url: 'https://shop.example.com/', events: ['job.failed'] } as const
      const { job, event, state } = submitted({ at: 1000, options: { ...NO_OPTIONS, callback } })
      await store.create(job, event)
      const failure = { type: 'job.failed', at: 1500, error: { code: 'model_failed', message: 'No.' } } as const
      await store.save(after(state, [failure]), [failure])
      deepStrictEqual(await due.due('deliver', 1500, 10), [job.id])
      strictEqual(await due.nextDueAt('expire'), null)
    },
  },
  {
    name: 'a running job is due when its lease ends, or at once after expediteRunning()',
    async run({ store, due }) {
      const running = await stored(store, 1000, [started(2000)])
      const queued = await stored(store, 50_000)
      deepStrictEqual(await due.due('run', 31_999, 10), [])
      deepStrictEqual(await due.due('run', 32_000, 10), [running])
      strictEqual(await due.expediteRunning(), 1)
      deepStrictEqual(await due.due('run', 2000, 10), [running])
      deepStrictEqual(await due.due('run', 50_000, 10), [running, queued])
    },
  },
]
