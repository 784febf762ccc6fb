import { deepStrictEqual } from 'node:assert/strict'
import { NO_USAGE } from '#domain/agent/usage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import { NO_SPENDING } from '#domain/money/spending.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import { NO_SUMS, type UsageLedger, type UsageQuery, type UsageReport, usageOfRun } from '#ports/usage-ledger.ts'
import { eventOf } from '#test/support/event-of.ts'
import { T0, TILL, started } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'
import { DONE, FAILED, FAILED_CALL, type JobIndexSubject, append, inCall, stored } from './job-index-scene.ts'

export interface UsageLedgerSubject extends Pick<JobIndexSubject, 'jobs'> {
  readonly ledger: UsageLedger
}

const TODAY = Math.floor(T0 / DAY_MS)
const SMALL = 'scripted/small'
const LARGE = 'scripted/large'
const PAID = { ...NO_USAGE, inputTokens: 1000, cachedInputTokens: 600, outputTokens: 50 }

const begins = (model: string): JobEvent => ({ type: 'model_call.started', at: T0, iteration: 1, model })
const answers: JobEvent = {
  type: 'model_call.completed',
  at: T0,
  iteration: 1,
  message: { role: 'assistant', parts: [{ type: 'text', text: 'Done.' }] },
  finishReason: 'stop',
  usage: PAID,
  costNanos: 3_000_000,
}
const switches: JobEvent = { type: 'model.switched', at: T0, from: SMALL, to: LARGE, reason: 'failures' }
const completed = (at: number): JobEvent => ({ type: 'job.completed', at, stopReason: 'finished' })
const ANSWERED = { modelCalls: 1, ...PAID, nanos: 3_000_000 }

/** A job that has ended after one call. */
async function ended(
  subject: UsageLedgerSubject,
  { agent = 'writer', tenantId = 'acme', model = SMALL, at = T0 } = {},
): Promise<JobState> {
  const job = await stored(subject, { agent, tenantId })
  return append(subject, submit(eventOf(job)), started(T0), begins(model), answers, completed(at))
}

function read({ ledger }: UsageLedgerSubject, query: Partial<UsageQuery> = {}): Promise<UsageReport> {
  return ledger.read({ tenantId: 'acme', from: TODAY, to: TODAY, ...query })
}

async function jobsIn(subject: UsageLedgerSubject, query: Partial<UsageQuery> = {}): Promise<object> {
  const { days, agents, models } = await read(subject, query)
  return {
    days: Object.fromEntries(days.map(({ day, completed: n }) => [day - TODAY, n])),
    agents: Object.fromEntries(agents.map(({ agent, completed: n }) => [agent, n])),
    models: Object.fromEntries(models.map(({ model, completed: n }) => [model, n])),
  }
}

export const usageLedgerContract: readonly ContractCase<UsageLedgerSubject>[] = [
  {
    name: 'has all calls of a job once it has ended, by the model that was called, and the job once',
    async run(subject) {
      const job = await stored(subject)
      const calls = [begins(SMALL), begins(SMALL), FAILED_CALL, switches, begins(LARGE), answers]
      const state = await append(subject, submit(eventOf(job)), started(T0), ...calls)
      deepStrictEqual(await read(subject), { days: [], agents: [], models: [] })
      await append(subject, state, completed(T0))
      const tried = {
        ...{ modelCalls: 2, failedModelCalls: 1, wastedModelCalls: 1, inputTokens: 10 },
        ...{ nanos: 20_000, failedNanos: 20_000 },
      }
      const all = {
        ...NO_SUMS,
        ...ANSWERED,
        ...tried,
        modelCalls: 3,
        inputTokens: 1010,
        nanos: 3_020_000,
        completed: 1,
      }
      const { days, agents, models } = await read(subject)
      deepStrictEqual(days, [{ day: TODAY, ...all }])
      deepStrictEqual(agents, [{ agent: 'writer', ...all }])
      const byModel = models.toSorted((a, b) => (a.model < b.model ? 1 : -1))
      deepStrictEqual(byModel, [
        { model: SMALL, ...NO_SUMS, ...tried, completed: 1 },
        { model: LARGE, ...NO_SUMS, ...ANSWERED },
      ])
    },
  },
  {
    name: 'has a job that called no model, and each end',
    async run(subject) {
      const failed: JobEvent = { type: 'job.failed', at: T0, error: { code: 'unknown_agent', message: 'No.' } }
      await append(subject, submit(eventOf(await stored(subject))), failed)
      const asked: JobEvent = { type: 'job.cancel_requested', at: T0, by: TILL }
      await append(subject, submit(eventOf(await stored(subject))), asked, { type: 'job.canceled', at: T0 })
      deepStrictEqual((await read(subject)).models, [{ model: '', ...NO_SUMS, failed: 1, canceled: 1 }])
    },
  },
  {
    name: 'keeps its sums when jobs are deleted, and counts a job that comes in their place',
    async run(subject) {
      const states = [await ended(subject), await ended(subject, { model: LARGE, agent: 'reader' })]
      const before = await read(subject)
      for (const { job } of states) await subject.jobs.remove(job)
      deepStrictEqual(await read(subject), before)
      const again = await stored(subject, { jobId: states[0]?.job.id ?? '', runId: 'run_again', at: T0 + 1 })
      await append(subject, submit(eventOf(again)), started(T0 + 1), begins(SMALL), answers, completed(T0 + 1))
      deepStrictEqual(await jobsIn(subject), {
        days: { 0: 3 },
        agents: { writer: 2, reader: 1 },
        models: { [SMALL]: 2, [LARGE]: 1 },
      })
    },
  },
  {
    name: 'counts a job once, whatever this or another server writes after its end',
    async run(subject) {
      const working = await inCall(subject, T0)
      const race = [1, 2].map(() => append(subject, working, FAILED))
      await Promise.allSettled(race)
      await append(subject, await Promise.any(race), DONE)
      deepStrictEqual((await read(subject)).days, [
        { day: TODAY, ...NO_SUMS, modelCalls: 1, unpricedCalls: 1, failed: 1 },
      ])
    },
  },
  {
    name: 'sums jobs that end at the same time',
    async run(subject) {
      const jobs = await Promise.all(Array.from({ length: 30 }, () => stored(subject)))
      const ending = jobs.map((job, n) => {
        const calls = [begins(n % 2 === 0 ? SMALL : LARGE), answers]
        return append(subject, submit(eventOf(job)), started(T0), ...calls, completed(T0))
      })
      await Promise.all(ending)
      const { days, models } = await read(subject)
      deepStrictEqual(days, [
        { day: TODAY, ...NO_SUMS, modelCalls: 30, completed: 30, nanos: 90_000_000, ...times(PAID, 30) },
      ])
      deepStrictEqual(
        models.map(({ completed: n }) => n),
        [15, 15],
      )
    },
  },
  {
    name: 'counts a job in the UTC day of its end, and has the days of one tenant, by agent and model too',
    async run(subject) {
      const midnight = (TODAY + 1) * DAY_MS
      await ended(subject)
      await ended(subject, { at: midnight - 1, agent: 'reader' })
      await ended(subject, { at: midnight, model: LARGE })
      await ended(subject, { at: midnight + DAY_MS })
      await ended(subject, { tenantId: 'other' })
      deepStrictEqual(await jobsIn(subject, { to: TODAY + 1 }), {
        days: { 0: 2, 1: 1 },
        agents: { writer: 2, reader: 1 },
        models: { [SMALL]: 2, [LARGE]: 1 },
      })
      deepStrictEqual(await jobsIn(subject, { to: TODAY + 2, agent: 'writer', model: SMALL }), {
        days: { 0: 1, 2: 1 },
        agents: { writer: 2 },
        models: { [SMALL]: 2 },
      })
    },
  },
  {
    name: 'adds what runs have used to what jobs have, as many as end at once, and knows which part is theirs',
    async run(subject) {
      await ended(subject)
      const paid = { ...NO_SPENDING, ...PAID, modelCalls: 1, nanos: 3_000_000 }
      const unpriced = { ...NO_SPENDING, modelCalls: 2, unpricedCalls: 1 }
      const run = { tenantId: 'acme', agent: 'writer', finishedAt: T0 }
      const spendings = [
        [{ model: SMALL, ...paid }],
        [
          { model: SMALL, ...paid },
          { model: LARGE, ...unpriced },
        ],
        [
          { model: LARGE, ...unpriced },
          { model: SMALL, ...paid },
        ],
      ]
      const runs = [...spendings, ...spendings].map((spending) => usageOfRun({ ...run, spending }))
      const another = usageOfRun({ ...run, tenantId: 'other', spending: spendings[0] ?? [] })
      await Promise.all([...runs, [], another].map((entries) => subject.ledger.add(entries)))
      deepStrictEqual((await read(subject, { tenantId: 'other' })).days, [
        { day: TODAY, ...NO_SUMS, ...ANSWERED, runs: 1, runNanos: 3_000_000 },
      ])
      const { days, models } = await read(subject)
      const ofRuns = { runs: 6, runNanos: 18_000_000, runUnpricedCalls: 4 }
      const sums = { ...NO_SUMS, ...times(PAID, 7), nanos: 21_000_000, unpricedCalls: 4 }
      deepStrictEqual(days, [{ day: TODAY, ...sums, ...ofRuns, completed: 1, modelCalls: 15 }])
      deepStrictEqual(Object.fromEntries(models.map(({ model, runs: n, runNanos }) => [model, [n, runNanos]])), {
        [SMALL]: [4, 18_000_000],
        [LARGE]: [2, 0],
      })
      deepStrictEqual(usageOfRun({ ...run, spending: [] }), [])
    },
  },
]

function times(usage: typeof PAID, factor: number): typeof PAID {
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, value * factor])) as typeof PAID
}
