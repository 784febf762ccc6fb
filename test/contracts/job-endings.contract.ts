import { deepStrictEqual } from 'node:assert/strict'
import { NO_USAGE, type Usage } from '#domain/agent/usage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { submit } from '#domain/job/replay.ts'
import { searchWords } from '#domain/job/search-text.ts'
import type { JobEntry } from '#ports/job-index.ts'
import { eventOf } from '#test/support/event-of.ts'
import { T0, started } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { FAILED_CALL, type JobIndexSubject, append, failed, ids, stored } from './job-index-scene.ts'

const USED: Usage = { ...NO_USAGE, inputTokens: 1000, cachedInputTokens: 600, outputTokens: 50 }
const begins = (iteration: number): JobEvent => ({
  type: 'model_call.started',
  at: T0,
  iteration,
  model: 'scripted/test',
})
const answers = (iteration: number): JobEvent => ({
  type: 'model_call.completed',
  at: T0,
  iteration,
  message: { role: 'assistant', parts: [{ type: 'text', text: 'Done.' }] },
  finishReason: 'stop',
  usage: USED,
})
const COMPLETED: JobEvent = { type: 'job.completed', at: T0, stopReason: 'finished' }

async function entries({ index }: JobIndexSubject): Promise<readonly JobEntry[]> {
  return (await index.list({ tenantId: 'acme', filter: {}, size: 100, after: null })).jobs
}

/** What the index says of how a job has ended. */
export const jobEndings: readonly ContractCase<JobIndexSubject>[] = [
  {
    name: 'says what a job has used and what that cost, also by failed calls, once it has ended',
    async run(subject) {
      const job = await stored(subject)
      const working = [started(T0), begins(1), FAILED_CALL, begins(1), answers(1)]
      const state = await append(subject, submit(eventOf(job)), ...working)
      deepStrictEqual(
        (await entries(subject)).map(({ usage, cost }) => [usage, cost]),
        [[null, null]],
      )
      await append(subject, state, COMPLETED)
      const said = (await entries(subject)).map(({ usage, cost, errorCode }) => ({ usage, cost, errorCode }))
      const usage = { inputTokens: 1010, cachedInputTokens: 600, outputTokens: 50 }
      deepStrictEqual(said, [{ usage, cost: { nanos: 20_000, unpricedCalls: 1 }, errorCode: null }])
    },
  },
  {
    name: 'says why a job has failed, and finds and counts by it',
    async run(subject) {
      const a = await stored(subject, { at: T0, agent: 'one', tags: ['red'] })
      const b = await stored(subject, { at: T0 + 1, agent: 'two' })
      const poisoned = await stored(subject, { at: T0 + 2 })
      await stored(subject, { at: T0 + 3, tenantId: 'other' })
      await failed(subject, a)
      await failed(subject, b)
      const error = { code: 'poisoned', message: 'It dies.' } as const
      await append(subject, submit(eventOf(poisoned)), { type: 'job.failed', at: T0 + 5, error })
      deepStrictEqual(
        (await entries(subject)).map(({ errorCode }) => errorCode),
        ['poisoned', 'model_failed', 'model_failed'],
      )
      deepStrictEqual(await ids(subject, { errorCode: 'model_failed' }), [b.id, a.id])
      deepStrictEqual(await ids(subject, { errorCode: 'poisoned', statuses: ['failed', 'canceled'] }), [poisoned.id])
      deepStrictEqual(await ids(subject, { errorCode: 'model_failed', agent: 'two' }), [b.id])
      deepStrictEqual(await ids(subject, { errorCode: 'model_failed', tag: 'red' }), [a.id])
      deepStrictEqual(await ids(subject, { errorCode: 'model_failed' }, 'other'), [])
      deepStrictEqual((await subject.index.count('acme', { errorCode: 'model_failed' })).failed, 2)
    },
  },
  {
    name: 'says why a job has no whole answer, and finds, counts and sums up by it',
    async run(subject) {
      const ended: string[] = []
      for (const [index, stopReason] of (['finished', 'length', 'other', 'length'] as const).entries()) {
        const job = await stored(subject, { at: T0 + index, batch: index < 2 ? 'x' : 'y' })
        const working = [started(T0), begins(1), answers(1)]
        await append(subject, submit(eventOf(job)), ...working, { ...COMPLETED, stopReason })
        ended.push(job.id)
      }
      const [, a = '', b = '', c = ''] = ended
      await failed(subject, await stored(subject, { at: T0 + 9 }))
      deepStrictEqual(
        (await entries(subject)).map(({ stopReason }) => stopReason),
        [null, 'length', 'other', 'length', 'finished'],
      )
      const early = { stopReason: 'early' } as const
      deepStrictEqual(await ids(subject, early), [c, b, a])
      deepStrictEqual(await ids(subject, { stopReason: 'length' }), [c, a])
      deepStrictEqual(await ids(subject, { stopReason: 'length', batch: 'x', statuses: ['completed'] }), [a])
      deepStrictEqual(await ids(subject, { ...early, statuses: ['failed', 'canceled'] }), [])
      deepStrictEqual(await ids(subject, { ...early, hasUnknownCalls: true }), [])
      deepStrictEqual(await ids(subject, early, 'other'), [])
      deepStrictEqual((await subject.index.count('acme', { ...early, batch: 'y' })).completed, 2)
      const asked = { filter: { createdAfter: T0 }, to: T0 + 99, division: { parts: 1 }, most: 5000 }
      const { ends } = await subject.index.activity({ tenantId: 'acme', ...asked })
      const stops = ends.flatMap(({ earlyStop, jobs }) => Array.from({ length: jobs }, () => earlyStop ?? 'none'))
      deepStrictEqual(stops.toSorted(), ['length', 'length', 'none', 'none', 'other'])
    },
  },
  {
    name: 'sums up how jobs ended and what they used, by when they ended',
    async run(subject) {
      const day = 24 * 3_600_000
      const filter = { createdAfter: T0 }
      const ask = { tenantId: 'acme', filter, to: T0 + day - 1, division: { parts: 24 }, most: 5000 }
      await failed(subject, await stored(subject, { at: T0 - 1 }))
      await stored(subject, { at: T0 })
      await failed(subject, await stored(subject, { at: T0, tags: ['red'], batch: 'x' }))
      await failed(subject, await stored(subject, { at: T0 + 1, tenantId: 'other' }))
      for (const at of [T0, T0 + 1]) {
        const state = await append(
          subject,
          submit(eventOf(await stored(subject, { at }))),
          started(at),
          begins(1),
          answers(1),
        )
        await append(subject, state, { ...COMPLETED, at: T0 + 23 * 3_600_000 })
      }
      const { from, partMs, ends } = await subject.index.activity(ask)
      deepStrictEqual({ from, partMs }, { from: T0, partMs: 3_600_000 })
      const parts = [0, 23].map((part) => ends.filter((end) => end.part === part))
      const sums = parts.map((some) => ({
        how: [...new Set(some.map(({ status, errorCode }) => `${status} ${String(errorCode)}`))],
        jobs: some.reduce((sum, { jobs }) => sum + jobs, 0),
        input: some.reduce((sum, { usage }) => sum + usage.inputTokens, 0),
        unpriced: some.reduce((sum, { cost }) => sum + cost.unpricedCalls, 0),
      }))
      deepStrictEqual(sums, [
        { how: ['failed model_failed'], jobs: 1, input: 0, unpriced: 0 },
        { how: ['completed null'], jobs: 2, input: 2 * USED.inputTokens, unpriced: 2 },
      ])
      for (const narrow of [{ tag: 'red' }, { batch: 'x' }, { agent: 'writer', tag: 'red' }]) {
        const some = (await subject.index.activity({ ...ask, filter: { ...filter, ...narrow } })).ends
        deepStrictEqual(
          some.map(({ status, jobs }) => ({ status, jobs })),
          [{ status: 'failed', jobs: 1 }],
        )
      }
      deepStrictEqual((await subject.index.activity({ ...ask, tenantId: 'third' })).ends, [])
    },
  },
  {
    name: 'divides alike what a clock that was behind has ended, and says how many jobs it looked at',
    async run(subject) {
      const hour = 3_600_000
      await stored(subject, { at: T0 })
      for (const at of [T0 - 1.5 * hour, T0 - 0.5 * hour]) {
        const state = submit(eventOf(await stored(subject, { at: T0 })))
        await append(subject, state, started(T0), begins(1), answers(1), { ...COMPLETED, at })
      }
      const ask = {
        tenantId: 'acme',
        filter: { createdAfter: T0 },
        to: T0 + hour - 1,
        division: { parts: 1 },
        most: 5000,
      }
      const { read, ends } = await subject.index.activity(ask)
      deepStrictEqual(
        { read, parts: ends.map(({ part, jobs }) => [part, jobs]).toSorted() },
        {
          read: 3,
          parts: [
            [-1, 1],
            [0, 1],
          ],
        },
      )
    },
  },
  {
    name: 'sums up by days and agents, and covers the newest jobs only where there are too many',
    async run(subject) {
      const day = 24 * 3_600_000
      for (const [index, agent] of ['one', 'two', 'two', 'two'].entries()) {
        const state = submit(eventOf(await stored(subject, { at: T0 + index * day, agent })))
        await append(subject, state, started(T0), begins(1), answers(1), { ...COMPLETED, at: T0 + index * day + 1 })
      }
      const filter = { createdAfter: T0 - day }
      const ask = { tenantId: 'acme', filter, to: T0 + 4 * day, division: { partMs: 2 * day } }
      const sums = async (most: number) => {
        const { from, start, ends } = await subject.index.activity({ ...ask, most })
        const jobs = ends.flatMap(({ agent, part, jobs: n }) =>
          Array.from({ length: n }, () => `${agent} ${String(part)}`),
        )
        return { from, start, jobs: jobs.toSorted() }
      }
      const start = T0 - day
      deepStrictEqual(await sums(4), { from: start, start, jobs: ['one 0', 'two 1', 'two 1', 'two 2'] })
      deepStrictEqual(await sums(2), { from: T0 + day + 1, start, jobs: ['two 1', 'two 2'] })
    },
  },
  {
    name: 'finds jobs by words of their input and answer, and no others',
    async run(subject) {
      const linen = await stored(subject, {
        at: T0,
        input: { product: 'Linen Apron', notes: ['Très 100 % fin'] },
      })
      const wool = await stored(subject, { at: T0 + 1, input: 'wool % _ socks' })
      await stored(subject, { at: T0 + 2, input: 'linen', tenantId: 'other' })
      await stored(subject, { at: T0 + 3, input: 'Linen apron of before', options: NO_OPTIONS })
      const state = await append(subject, submit(eventOf(wool)), started(T0), begins(1), answers(1))
      await append(subject, state, COMPLETED)
      const found = (text: string, filter: JobFilter = {}) =>
        ids(subject, { ...filter, words: searchWords(text) ?? [] })
      deepStrictEqual(await found('LINEN apr'), [linen.id])
      deepStrictEqual(await found('trÈs fin'), [linen.id])
      deepStrictEqual(await found('done'), [wool.id])
      deepStrictEqual(await found('%'), [wool.id, linen.id])
      deepStrictEqual(await found('_'), [wool.id])
      deepStrictEqual(await found('done linen'), [])
      deepStrictEqual(await found('done', { statuses: ['completed', 'failed'], agent: 'writer' }), [wool.id])
      deepStrictEqual(await found('done', { statuses: ['queued'] }), [])
    },
  },
]
