// What a `kill -9` costs: jobs from 50 clients, the server killed when about half of them are done and started again on the same data.
// `npm run bench:recovery`, also with `--on postgres`. A table on stderr, and one line of JSON on stdout.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'
import { PostgresServer } from '#test/support/postgres-server.ts'
import { type Call, callKey, recordedCalls } from './calls.ts'
import { ask } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const CLIENTS = 50
const POLL_MS = 25
/** Calls of a job: 3 of the model, 2 of the tool. */
const CALLS = 5

const values = readOptions(
  'Measures what a kill -9 costs: jobs from 50 clients, and a server that is killed and started again.',
  {
    jobs: { type: 'string', default: '300', help: 'jobs' },
    latency: { type: 'string', default: '200', help: 'of the model, in ms' },
    on: { type: 'string', default: 'sqlite', help: '"sqlite" or "postgres"' },
    patience: { type: 'string', default: '60', help: 'longest wait for a job, in seconds' },
  },
)
const jobs = Number(values.jobs)
if (values.on !== 'sqlite' && values.on !== 'postgres') throw new RangeError('--on is "sqlite" or "postgres".')
const patienceMs = Number(values.patience) * 1000

/** Outlives the servers that store in it. */
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const model = await Subject.start(script('fake-model.ts', { BENCH_LATENCY_MS: values.latency }))
/** With its default durability. It lives on when the server is killed. */
const postgres = values.on === 'postgres' ? await PostgresServer.start({ flags: [] }) : null
const port = String(await freePort())
const url = `http://127.0.0.1:${port}`
const errand = script('errand.ts', {
  ERRAND_PORT: port,
  ERRAND_DATA_DIR: folder,
  BENCH_MODEL_URL: model.url,
  ...(postgres && { ERRAND_DATABASE_URL: postgres.url() }),
})

interface Tracked {
  /** Epoch milliseconds of the 202. */
  submittedAt: number | null
  doneAt: number | null
  status: string
}

const tracked = new Map<number, Tracked>()

/** Submits a job until it is accepted, under a key, so that it is one however often that takes. */
async function submit(tag: number): Promise<string> {
  for (;;) {
    try {
      const response = await fetch(`${url}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `job-${String(tag)}` },
        body: JSON.stringify({ agent: 'bench', input: `Look two things up, then answer. tag ${String(tag)}` }),
      })
      if (response.status === 202) return ((await response.json()) as { id: string }).id
    } catch {
      // The server is away.
    }
    await rest(POLL_MS)
  }
}

const ENDINGS = new Set(['completed', 'failed', 'canceled', 'not_found'])

/** Polls until the job is done, or patience is at its end. */
async function follow(job: Tracked, id: string): Promise<void> {
  const end = Date.now() + patienceMs
  while (Date.now() < end) {
    try {
      const { status, code } = await ask<{ status: string; code?: string }>('GET', `${url}/jobs/${id}`)
      job.status = code ?? status
      if (ENDINGS.has(job.status)) {
        job.doneAt = Date.now()
        return
      }
    } catch {
      // The server is away.
    }
    await rest(POLL_MS)
  }
}

let done = 0
const halfDone = Promise.withResolvers<undefined>()

async function client(tags: Iterator<number>): Promise<void> {
  for (let next = tags.next(); next.done !== true; next = tags.next()) {
    const job: Tracked = { submittedAt: null, doneAt: null, status: 'unknown' }
    tracked.set(next.value, job)
    const id = await submit(next.value)
    job.submittedAt = Date.now()
    await follow(job, id)
    if (++done >= jobs / 2) halfDone.resolve(undefined)
  }
}

const tags = Array.from({ length: jobs }, (_job, index) => index + 1).values()
const before = await Subject.start(errand)
const clients = Array.from({ length: CLIENTS }, () => client(tags))
await halfDone.promise
// In the middle of those that follow, for clients that wait for the same model go in step.
await rest(Number(values.latency) * 1.5)
const killedAt = Date.now()
const doneAtKill = done
await before.stop()
// From the two that know: the model counts its answers, the journal its records.
const known = await ask<readonly Call[]>('GET', `${model.url}/calls`)
const recorded = await recordedCalls(postgres?.url() ?? join(folder, 'errand.db'))
const restartAt = Date.now()
const after = await Subject.start(errand)
await Promise.all(clients)
const calls = await ask<readonly Call[]>('GET', `${model.url}/calls`)
await after.stop()
await postgres?.stop()
await model.stop()

const answered = new Set(known.filter(({ answeredAt }) => answeredAt !== null && answeredAt < killedAt).map(callKey))
const began = new Set(known.map(callKey))
const later = calls.slice(known.length)
const again = later.filter((call) => began.has(callKey(call)))
const inHand = new Set(known.map(({ tag }) => tag))
const sinceRestart = (at: number | undefined): number => (at ?? Number.NaN) - restartAt
const all = [...tracked.values()]
const figures = {
  jobs,
  doneAtKill,
  unfinishedAtKill: all.filter(
    ({ submittedAt, doneAt }) => (submittedAt ?? Infinity) < killedAt && (doneAt ?? Infinity) > killedAt,
  ).length,
  /** Accepted, and not completed in the end. */
  lost: all.filter(({ submittedAt, status }) => submittedAt !== null && status !== 'completed').length,
  calls: calls.length,
  needed: jobs * CALLS,
  recordedAgain: { model: count(again, recorded, 'model'), tool: count(again, recorded, 'tool') },
  answeredAgain: { model: count(again, answered, 'model'), tool: count(again, answered, 'tool') },
  madeAgain: { model: count(again, began, 'model'), tool: count(again, began, 'tool') },
  readyMs: after.startMs,
  firstCallMs: sinceRestart(later.find(({ tag, kind }) => kind === 'model' && inHand.has(tag))?.at),
  /** Until the last of the jobs that the kill had interrupted. */
  interruptedDoneMs: sinceRestart(
    Math.max(
      ...all.flatMap(({ submittedAt, doneAt }) =>
        (submittedAt ?? Infinity) < killedAt && doneAt !== null && doneAt > killedAt ? [doneAt] : [],
      ),
    ),
  ),
  allDoneMs: sinceRestart(Math.max(...all.map(({ doneAt }) => doneAt ?? Number.NaN))),
}

function count(made: readonly Call[], among: ReadonlySet<string>, kind: Call['kind']): number {
  return made.filter((call) => call.kind === kind && among.has(callKey(call))).length
}

const pair = ({ model: ofModel, tool }: { model: number; tool: number }): string =>
  `${String(ofModel)} of the model, ${String(tool)} of the tool`
process.stderr.write(
  [
    `killed when ${String(figures.doneAtKill)} of ${String(jobs)} jobs were done and ${String(figures.unfinishedAtKill)} were not; lost: ${String(figures.lost)}`,
    `calls: ${String(figures.calls)}, of ${String(figures.needed)} that were needed; made again: ${pair(figures.madeAgain)}`,
    `  though it had been answered: ${pair(figures.answeredAgain)}`,
    `  though its answer was in the journal: ${pair(figures.recordedAgain)}`,
    `from the restart: ready ${figures.readyMs.toFixed(0)} ms, first call of an interrupted job ${figures.firstCallMs.toFixed(0)} ms, ` +
      `the last of those done ${figures.interruptedDoneMs.toFixed(0)} ms, all ${figures.allDoneMs.toFixed(0)} ms`,
    '',
  ].join('\n'),
)
process.stdout.write(`${JSON.stringify(figures)}\n`)
