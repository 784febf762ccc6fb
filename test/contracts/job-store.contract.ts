import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { JobStore } from '#ports/job-store.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { largeCommits } from './large-commits.contract.ts'

export interface JobStoreSubject {
  readonly store: JobStore
  /** When the job will be woken, as the store's `Waker` was told last. */
  readonly armedAt: (jobId: string) => Promise<number | null>
}

const MODEL_CALL: JobEvent = { type: 'model_call.started', at: T0 + 1000, iteration: 1, model: 'scripted/test' }
const FAILURE: JobEvent = { type: 'job.failed', at: T0 + 2000, error: { code: 'model_failed', message: 'No.' } }

export const jobStoreContract: readonly ContractCase<JobStoreSubject>[] = [
  ...largeCommits,
  {
    name: 'create() keeps the job and its first event',
    async run({ store }) {
      const { job, event } = submitted()
      await store.create(job, event)
      deepStrictEqual((await store.load(job.id))?.job, job)
      deepStrictEqual(await store.events(job.id, 0), [{ seq: 1, event }])
    },
  },
  {
    name: 'create() arms the wake of the new job',
    async run({ store, armedAt }) {
      const { job, event } = submitted()
      await store.create(job, event)
      strictEqual(await armedAt(job.id), T0)
    },
  },
  {
    name: 'create() of a known id changes nothing and returns the job that has it',
    async run({ store }) {
      const { job, event } = submitted()
      deepStrictEqual(await store.create(job, event), { job, created: true })
      const other = { ...job, input: 'other' }
      deepStrictEqual(await store.create(other, { ...event, input: 'other' }), { job, created: false })
      deepStrictEqual((await store.load(job.id))?.job, job)
      strictEqual((await store.events(job.id, 0)).length, 1)
    },
  },
  {
    name: 'of fifty create() of one id at once exactly one creates it, and all are told of the same job',
    async run({ store }) {
      const { job, event } = submitted()
      const tries = Array.from({ length: 50 }, (_, index) =>
        store.create({ ...job, input: index }, { ...event, input: index }),
      )
      const ends = await Promise.all(tries)
      strictEqual(ends.filter(({ created }) => created).length, 1)
      strictEqual(new Set(ends.map((end) => end.job.input)).size, 1)
    },
  },
  {
    name: 'remove() leaves nothing of a job: no record, no event, no wake',
    async run({ store, armedAt }) {
      const { job, event } = submitted()
      await store.create(job, event)
      await store.remove(job)
      strictEqual(await store.load(job.id), null)
      deepStrictEqual(await store.events(job.id, 0), [])
      strictEqual(await armedAt(job.id), null)
      deepStrictEqual(await store.create(job, event), { job, created: true })
    },
  },
  {
    name: 'an id whose job was removed is free for another job, which nobody who knows the first can write to or remove',
    async run({ store }) {
      const first = submitted()
      await store.create(first.job, first.event)
      await store.remove(first.job)
      const second = submitted({ jobId: first.job.id, at: T0 + 1, input: 'another' })
      deepStrictEqual(await store.create(second.job, second.event), { job: second.job, created: true })

      await rejects(store.save(after(first.state, [FAILURE]), [FAILURE]), { code: 'version_conflict' })
      await rejects(store.remove(first.job), { code: 'version_conflict' })
      deepStrictEqual(await store.load(first.job.id), second.state)
      deepStrictEqual(await store.events(first.job.id, 0), [{ seq: 1, event: second.event }])
    },
  },
  {
    name: 'create() answers only with a job that was stored, however often its id is taken and freed meanwhile',
    async run({ store }) {
      const { job } = submitted()
      const stored = new Set<string>()
      const answered = new Set<string>()
      const one = async (): Promise<void> => {
        for (let tries = 0; tries < 25; tries++) {
          const mine = submitted({ jobId: job.id, at: T0 + answered.size })
          const { job: then, created } = await store.create(mine.job, mine.event)
          answered.add(then.runId)
          if (!created) continue
          stored.add(then.runId)
          await store.remove(then)
        }
      }
      await Promise.all([one(), one(), one(), one()])
      deepStrictEqual(
        [...answered].filter((runId) => !stored.has(runId)),
        [],
      )
    },
  },
  {
    name: 'remove() of a version it has not seen rejects and removes nothing',
    async run({ store }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const running = after(state, [started(T0 + 1000)])
      await store.save(running, [started(T0 + 1000)])
      await rejects(store.remove(job), { code: 'version_conflict' })
      deepStrictEqual(await store.load(job.id), running)
      strictEqual((await store.events(job.id, 0)).length, 2)
    },
  },
  {
    name: 'get() answers the tenant who owns the job, and nobody else',
    async run({ store }) {
      const { job, event } = submitted({ tenantId: 'acme' })
      await store.create(job, event)
      deepStrictEqual(await store.get('acme', job.id), job)
      strictEqual(await store.get('other', job.id), null)
    },
  },
  {
    name: 'get(), load() and events() of an unknown id are empty',
    async run({ store }) {
      strictEqual(await store.get('acme', 'job_unknown'), null)
      strictEqual(await store.load('job_unknown'), null)
      deepStrictEqual(await store.events('job_unknown', 0), [])
    },
  },
  {
    name: 'save() replaces the job, numbers its events on, and arms its next wake',
    async run({ store, armedAt }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const events = [started(T0 + 1000), MODEL_CALL]
      const running = after(state, events)
      await store.save(running, events)

      deepStrictEqual(await store.load(job.id), running)
      deepStrictEqual(await store.events(job.id, 0), [
        { seq: 1, event },
        { seq: 2, event: events[0] },
        { seq: 3, event: events[1] },
      ])
      strictEqual(await armedAt(job.id), T0 + 31_000)
    },
  },
  {
    name: 'save() of a finished job arms its deletion',
    async run({ store, armedAt }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      await store.save(after(state, [FAILURE]), [FAILURE])
      strictEqual(await armedAt(job.id), FAILURE.at + NO_OPTIONS.retainMs)
    },
  },
  {
    name: 'save() over a version it has not seen rejects, and writes neither job nor event nor wake',
    async run({ store, armedAt }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const running = after(state, [started(T0 + 1000)])
      await store.save(running, [started(T0 + 1000)])

      await rejects(store.save(after(state, [FAILURE]), [FAILURE]), { code: 'version_conflict' })
      deepStrictEqual(await store.load(job.id), running)
      strictEqual((await store.events(job.id, 0)).length, 2)
      strictEqual(await armedAt(job.id), T0 + 31_000)
    },
  },
  {
    name: 'save() of an unknown job rejects',
    async run({ store }) {
      const { job, state } = submitted()
      await rejects(store.save(after(state, [FAILURE]), [FAILURE]), { code: 'version_conflict' })
      strictEqual(await store.load(job.id), null)
    },
  },
  {
    name: 'of two saves of one version exactly one succeeds',
    async run({ store }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const running = after(state, [started(T0 + 1000)])
      const endings = await Promise.allSettled([
        store.save(running, [started(T0 + 1000)]),
        store.save(running, [started(T0 + 1000)]),
      ])
      deepStrictEqual(endings.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      strictEqual((await store.events(job.id, 0)).length, 2)
    },
  },
  {
    name: 'events(after) begins right after that number, also in the middle of a commit',
    async run({ store }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const events = [started(T0 + 1000), MODEL_CALL, FAILURE]
      await store.save(after(state, events), events)
      for (const seq of [0, 1, 2, 3, 4]) {
        const rest = await store.events(job.id, seq)
        deepStrictEqual(
          rest.map((stored) => stored.seq),
          [1, 2, 3, 4].filter((n) => n > seq),
        )
      }
    },
  },
  {
    name: 'what is stored is the value as it was, whatever happens to the object later',
    async run({ store }) {
      const input = { list: [1, { deep: 'å' }], text: '"quoted" \u2028 and\nbroken' }
      const { job, event } = submitted({ input })
      await store.create(job, event)
      input.list.push(2)
      const loaded = await store.load(job.id)
      deepStrictEqual(loaded?.job.input, { list: [1, { deep: 'å' }], text: '"quoted" \u2028 and\nbroken' })
    },
  },
]

/** Where a store holds more than one job. */
export const manyJobsContract: readonly ContractCase<JobStoreSubject>[] = [
  {
    name: 'jobs do not see each other’s events',
    async run({ store }) {
      const one = submitted()
      const two = submitted()
      await store.create(one.job, one.event)
      await store.create(two.job, two.event)
      await store.save(after(one.state, [FAILURE]), [FAILURE])
      strictEqual((await store.events(one.job.id, 0)).length, 2)
      strictEqual((await store.events(two.job.id, 0)).length, 1)
    },
  },
]
