// What a `kill -9` under load leaves to people. Jobs call a `once` tool, and a server is killed after half of the
// calls. `npm run bench:unknown`, also with `--on postgres`, `--on postgres-2` (the other server goes on, and the
// killed one stays away) and `--on workerd`. With `--forget`, the dispatch log is deleted after the kill: how it would
// be without one.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'
import { PostgresServer } from '#test/support/postgres-server.ts'
import type { Call } from './calls.ts'
import { ask } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'
import { onceOnWorkerd } from './subjects.ts'

const values = readOptions('Measures how many jobs wait for a person after a kill -9 under load.', {
  jobs: { type: 'string', default: '1000', help: 'jobs' },
  on: { type: 'string', default: 'sqlite', help: '"sqlite", "postgres", "postgres-2" or "workerd"' },
  latency: { type: 'string', default: '50', help: 'of a model call, in ms; the tool answers at once' },
  forget: { type: 'boolean', default: false, help: 'delete the dispatch log before the restart' },
})
const jobs = Number(values.jobs)
if (!['sqlite', 'postgres', 'postgres-2', 'workerd'].includes(values.on))
  throw new RangeError('--on is "sqlite", "postgres", "postgres-2" or "workerd".')
/** Of a job: 3 of the model, 2 of the tool. */
const CALLS = 5
const POLL_MS = 10

const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const model = await Subject.start(script('fake-model.ts', { BENCH_LATENCY_MS: values.latency }))
const postgres = values.on.startsWith('postgres') ? await PostgresServer.start({ flags: [] }) : null
const onWorkerd = values.on === 'workerd' ? onceOnWorkerd(model.url) : null

/** What starts a server on the same data as the others. */
async function server() {
  if (onWorkerd) return () => onWorkerd(folder)
  return script('errand.ts', {
    ERRAND_PORT: String(await freePort()),
    ERRAND_DATA_DIR: folder,
    ERRAND_CONCURRENCY: values.jobs,
    BENCH_MODEL_URL: model.url,
    BENCH_EFFECT: 'once',
    ...(postgres && { ERRAND_DATABASE_URL: postgres.url() }),
  })
}

const callsSoFar = (): Promise<readonly Call[]> => ask('GET', `${model.url}/calls`)

const before = await Subject.start(await server())
const other = values.on === 'postgres-2' ? await Subject.start(await server()) : null
const submitted = Array.from({ length: jobs }, (_job, tag) => {
  const { url } = other !== null && tag % 2 === 0 ? other : before
  return ask('POST', `${url}/jobs`, { agent: 'bench', input: `tag ${String(tag + 1)}` })
})
await Promise.all(submitted)
while ((await callsSoFar()).length < (jobs * CALLS) / 2) await rest(POLL_MS)
await before.stop()
const known = await callsSoFar()
if (values.forget) rmSync(join(folder, 'dispatch'), { recursive: true })

const after = other ?? (await Subject.start(await server()))
const { url } = after
const countsNow = async (): Promise<Record<string, number>> =>
  (await ask<{ counts: Record<string, number> }>('GET', `${url}/jobs/counts`)).counts
for (;;) {
  const counts = await countsNow()
  if ((counts['queued'] ?? 0) + (counts['running'] ?? 0) === 0) break
  await rest(100)
}
const { waiting = 0, completed = 0 } = await countsNow()

interface WaitingJob {
  readonly id: string
  readonly input: string
  readonly waiting: { readonly calls: readonly { readonly callId: string }[] }
}

/** Calls of unknown outcome that jobs wait for, by their name at the other side of the tool. */
async function waitingCalls(): Promise<readonly string[]> {
  const found: string[] = []
  let token: string | undefined
  do {
    const query = `status=waiting&page_size=200${token === undefined ? '' : `&page_token=${token}`}`
    const page = await ask<{ jobs: { id: string }[]; next_page_token?: string }>('GET', `${url}/jobs?${query}`)
    for (const { id } of page.jobs) {
      const job = await ask<WaitingJob>('GET', `${url}/jobs/${id}`)
      const tag = /\d+/.exec(job.input)?.[0] ?? ''
      for (const { callId } of job.waiting.calls)
        found.push(`${tag}/${String(Number(callId.slice('call_'.length)) + 1)}`)
    }
    token = page.next_page_token
  } while (token !== undefined)
  return found
}

const reached = new Set(
  known.filter(({ kind }) => kind === 'tool').map(({ tag, call }) => `${String(tag)}/${String(call)}`),
)
const waitsForReached = (await waitingCalls()).filter((call) => reached.has(call)).length
const toolCalls = (await callsSoFar())
  .filter(({ kind }) => kind === 'tool')
  .map(({ tag, call }) => `${String(tag)}/${String(call)}`)
await after.stop()
await postgres?.stop()
await model.stop()

const figures = {
  jobs,
  callsAtKill: known.length,
  waiting,
  /** Of those, the calls that the other side of the tool had seen. */
  waitsForReached,
  completed,
  toolCallsTwice: toolCalls.length - new Set(toolCalls).size,
}
process.stderr.write(
  `${String(figures.waiting)} of ${String(jobs)} jobs wait for a person, ${String(figures.waitsForReached)} for calls that reached the tool; ${String(figures.completed)} are completed; ` +
    `tool calls made twice: ${String(figures.toolCallsTwice)}\n`,
)
process.stdout.write(`${JSON.stringify(figures)}\n`)
