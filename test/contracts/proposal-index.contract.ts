import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { NO_USAGE } from '#domain/agent/usage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import type { JobStore } from '#ports/job-store.ts'
import type {
  ProposalCount,
  ProposalIds,
  ProposalIndex,
  ProposalListQuery,
  ProposalPage,
} from '#ports/proposal-index.ts'
import { T0, TILL, after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

export interface ProposalIndexSubject {
  readonly proposals: ProposalIndex
  /** The same index, which looks for a page among 3 rows at most. */
  readonly shortSighted: Pick<ProposalIndex, 'ids'>
  /** Jobs whose writes the index is to know. */
  readonly jobs: Pick<JobStore, 'create' | 'save' | 'remove'>
}

const FLAGS = [{ name: 'length', problem: 'It is short.' }]

function proposed(callId: string, flags: typeof FLAGS = []): readonly JobEvent[] {
  const write = { at: T0, callId, tool: 'describe', target: `product:${callId}`, before: null, after: 'Ä “mug”' }
  return [{ type: 'write.proposed', ...write, ...(flags.length > 0 && { flags }) }]
}

const ASKED: readonly JobEvent[] = [
  started(T0),
  { type: 'model_call.started', at: T0, iteration: 1, model: 'scripted/test' },
  {
    type: 'model_call.completed',
    at: T0,
    iteration: 1,
    message: { role: 'assistant', parts: [{ type: 'text', text: 'Done.' }] },
    finishReason: 'stop',
    usage: NO_USAGE,
  },
]

const LISTED = { tenantId: 'acme', size: 50, after: null, mostChars: Infinity } as const

const ENDED: JobEvent = { type: 'job.completed', at: T0 + 5, stopReason: 'finished' }

/** A job that has proposed a write under each of these calls; the first has a flag. */
async function job({ jobs }: ProposalIndexSubject, batch: string, ...calls: readonly string[]): Promise<JobState> {
  const { job: created, event, state } = submitted({ options: { ...NO_OPTIONS, batch } })
  await jobs.create(created, event)
  const events = [...ASKED, ...calls.flatMap((call, index) => proposed(call, index === 0 ? FLAGS : []))]
  return saved({ jobs }, state, events)
}

async function saved(
  { jobs }: Pick<ProposalIndexSubject, 'jobs'>,
  state: JobState,
  events: readonly JobEvent[],
): Promise<JobState> {
  const next = after(state, events)
  await jobs.save(next, events)
  return next
}

async function targets({ proposals }: ProposalIndexSubject, filter: ProposalFilter): Promise<readonly string[]> {
  const page = await proposals.list({ tenantId: 'acme', filter, size: 50, after: null, mostChars: Infinity })
  const counts = Object.values(await proposals.count('acme', filter))
  strictEqual(sum(counts, 'total'), page.proposals.length)
  strictEqual(sum(counts, 'ready'), page.proposals.filter(({ expiresAt }) => expiresAt !== null).length)
  return page.proposals.map(({ write }) => write.target).sort()
}

function sum(counts: readonly ProposalCount[], what: keyof ProposalCount): number {
  return counts.reduce((all, count) => all + count[what], 0)
}

export const proposalIndexContract: readonly ContractCase<ProposalIndexSubject>[] = [
  {
    name: 'a write is listed with both values as soon as it is in the journal, and can be decided once its job has ended',
    async run(subject) {
      const state = await job(subject, 'seen', 'a')
      const list = async () =>
        (
          await subject.proposals.list({
            tenantId: 'acme',
            filter: { batch: 'seen' },
            size: 5,
            after: null,
            mostChars: Infinity,
          })
        ).proposals
      deepStrictEqual(
        (await list()).map(({ expiresAt, jobId, write }) => [expiresAt, jobId, write]),
        [[null, state.job.id, state.job.writes[0]]],
      )
      deepStrictEqual(await targets(subject, { batch: 'seen', isReady: true }), [])
      await saved(subject, state, [ENDED])
      deepStrictEqual((await list())[0]?.expiresAt, T0 + 5 + NO_OPTIONS.retainMs)
      deepStrictEqual(await targets(subject, { batch: 'seen', isReady: true }), ['product:a'])
    },
  },
  {
    name: 'it finds by agent, batch, job, target, status, flag and time, and by all of them together',
    async run(subject) {
      const one = await saved(subject, await job(subject, 'found', 'a', 'b'), [ENDED])
      await job(subject, 'other', 'c')
      await saved(subject, one, [{ type: 'write.approved', at: T0 + 9, callId: 'b', by: TILL }])
      deepStrictEqual(await targets(subject, { batch: 'found' }), ['product:a', 'product:b'])
      deepStrictEqual(await targets(subject, { jobId: one.job.id }), ['product:a', 'product:b'])
      deepStrictEqual(await targets(subject, { batch: 'found', statuses: ['approved'] }), ['product:b'])
      deepStrictEqual(await targets(subject, { batch: 'found', flag: 'length' }), ['product:a'])
      deepStrictEqual(await targets(subject, { batch: 'found', flag: 'len%' }), [])
      deepStrictEqual(await targets(subject, { batch: 'found', createdBefore: T0 }), [])
      deepStrictEqual(await targets(subject, { batch: 'found', agent: one.job.agent }), ['product:a', 'product:b'])
      deepStrictEqual(await targets(subject, { batch: 'found', agent: 'another' }), [])
      deepStrictEqual(await targets(subject, { target: 'product:c' }), ['product:c'])
      deepStrictEqual(await targets(subject, { batch: 'found', target: 'product:' }), ['product:a', 'product:b'])
      deepStrictEqual(await targets(subject, { batch: 'found', target: 'product:%' }), [])
      const all = {
        target: 'product:a',
        agent: one.job.agent,
        batch: 'found',
        jobId: one.job.id,
        statuses: ['proposed', 'applied'],
        flag: 'length',
      } as const
      deepStrictEqual(await targets(subject, { ...all, isReady: true }), ['product:a'])
    },
  },
  {
    name: 'a target is a text of any characters, and is found by what it begins with',
    async run(subject) {
      await job(subject, 'odd', 'é🧦\u0000x', '\ud800y')
      deepStrictEqual(await targets(subject, { batch: 'odd', target: 'product:é🧦' }), ['product:é🧦\u0000x'])
      strictEqual((await targets(subject, { batch: 'odd', target: 'product:' })).length, 2)
    },
  },
  {
    name: 'a flag that an edit has cured is not found any more',
    async run(subject) {
      const state = await saved(subject, await job(subject, 'cured', 'a'), [ENDED])
      await saved(subject, state, [{ type: 'write.approved', at: T0 + 9, callId: 'a', by: TILL, after: 'Longer.' }])
      deepStrictEqual(await targets(subject, { batch: 'cured', flag: 'length' }), [])
    },
  },
  {
    name: 'pages join without a gap, whichever way is walked',
    async run(subject) {
      const calls = ['a', 'b', 'c', 'd', 'e']
      await job(subject, 'paged', ...calls)
      for (const filter of [{ batch: 'paged' }, { batch: 'paged', statuses: ['proposed'] } as const]) {
        const found: string[] = []
        let next = null as Awaited<ReturnType<ProposalIndex['list']>>['next']
        do {
          const page = await subject.proposals.list({
            tenantId: 'acme',
            filter,
            size: 2,
            after: next,
            mostChars: Infinity,
          })
          found.push(...page.proposals.map(({ write }) => write.callId))
          next = page.next
        } while (next)
        deepStrictEqual(found.sort(), calls)
      }
    },
  },
  {
    name: 'a page ends where its proposals are too much to hold, and the next goes on there',
    async run(subject) {
      const calls = ['a', 'b', 'c', 'd', 'e']
      await job(subject, 'long', ...calls)
      const first = await subject.proposals.list({ ...LISTED, filter: { batch: 'long' }, size: 1 })
      const chars = JSON.stringify(first.proposals[0]?.write).length
      const sizes: number[] = []
      const found: string[] = []
      let after: ProposalListQuery['after'] = null
      do {
        const query = { ...LISTED, filter: { batch: 'long' }, mostChars: chars * 2.5, after }
        const { proposals, next }: ProposalPage = await subject.proposals.list(query)
        sizes.push(proposals.length)
        found.push(...proposals.map(({ write }) => write.callId))
        after = next
      } while (after)
      deepStrictEqual([sizes, found.sort()], [[2, 2, 1], calls])
      const least = await subject.proposals.list({ ...LISTED, filter: { batch: 'long' }, mostChars: 1 })
      deepStrictEqual([least.proposals.length, least.next === null], [1, false])
    },
  },
  {
    name: 'their ids are found on the same walk',
    async run(subject) {
      await job(subject, 'named', 'a', 'b', 'c')
      const query = { ...LISTED, filter: { batch: 'named' }, size: 2 }
      const { proposals, next } = await subject.proposals.list(query)
      const named = await subject.proposals.ids(query)
      deepStrictEqual(named, { ids: proposals.map(({ write }) => write.id), next })
      strictEqual((await subject.proposals.ids({ ...query, after: next })).ids.length, 1)
    },
  },
  {
    name: 'a page is looked for no farther than so many rows, and the next goes on there',
    async run(subject) {
      for (let n = 0; n < 8; n++) await job(subject, 'sparse', 'a')
      const flagged = { flag: 'length', batch: 'sparse' }
      for (const filter of [
        { batch: 'sparse', statuses: ['approved'] } as const,
        { ...flagged, isReady: true } as const,
        flagged,
      ]) {
        const found: string[] = []
        let pages = 0
        let after: ProposalListQuery['after'] = null
        do {
          const page: ProposalIds = await subject.shortSighted.ids({ tenantId: 'acme', filter, size: 20, after })
          found.push(...page.ids)
          pages++
          after = page.next
        } while (after)
        const isSparse = 'statuses' in filter || 'isReady' in filter
        deepStrictEqual([found.length, new Set(found).size], isSparse ? [0, 0] : [8, 8])
        strictEqual(pages >= 2, true, JSON.stringify(filter))
      }
    },
  },
  {
    name: 'a sample is a part, and the same part each time',
    async run(subject) {
      const calls = Array.from({ length: 40 }, (_, index) => `call${String(index)}`)
      await job(subject, 'sampled', ...calls)
      const half = await targets(subject, { batch: 'sampled', sample: 0.5 })
      strictEqual(half.length > 5 && half.length < 35, true)
      deepStrictEqual(await targets(subject, { batch: 'sampled', sample: 0.5 }), half)
    },
  },
  {
    name: 'no other tenant sees it, and it goes with its job',
    async run(subject) {
      const { job: done } = await saved(subject, await job(subject, 'gone', 'a'), [ENDED])
      for (const filter of [{ batch: 'gone' }, { flag: 'length' }, { jobId: done.id }])
        strictEqual((await subject.proposals.count('globex', filter)).proposed.total, 0)
      await subject.jobs.remove(done)
      for (const by of [{}, { flag: 'length' }]) deepStrictEqual(await targets(subject, { batch: 'gone', ...by }), [])
    },
  },
]
