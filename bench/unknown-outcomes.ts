// What a `kill -9` under load leaves to people. Jobs call a `once` tool, and the server is killed after half of the
// calls and started again. `npm run bench:unknown`. With `--forget`, the dispatch log is deleted before the restart:
// how it would be without one.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'
import type { Call } from './calls.ts'
import { ask } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures how many jobs wait for a person after a kill -9 under load.', {
  jobs: { type: 'string', default: '1000', help: 'jobs' },
  latency: { type: 'string', default: '50', help: 'of a tool, in ms' },
  forget: { type: 'boolean', default: false, help: 'delete the dispatch log before the restart' },
})
const jobs = Number(values.jobs)
/** Of a job: 3 of the model, 2 of the tool. */
const CALLS = 5
const POLL_MS = 10

const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const model = await Subject.start(script('fake-model.ts', { BENCH_LATENCY_MS: values.latency }))
const port = String(await freePort())
const url = `http://127.0.0.1:${port}`
const errand = script('errand.ts', {
  ERRAND_PORT: port,
  ERRAND_DATA_DIR: folder,
  ERRAND_CONCURRENCY: values.jobs,
  BENCH_MODEL_URL: model.url,
  BENCH_EFFECT: 'once',
})
const callsSoFar = (): Promise<readonly Call[]> => ask('GET', `${model.url}/calls`)
const countsNow = async (): Promise<Record<string, number>> =>
  (await ask<{ counts: Record<string, number> }>('GET', `${url}/jobs/counts`)).counts

const before = await Subject.start(errand)
const submitted = Array.from({ length: jobs }, (_job, tag) =>
  ask('POST', `${url}/jobs`, { agent: 'bench', input: `tag ${String(tag + 1)}` }),
)
await Promise.all(submitted)
while ((await callsSoFar()).length < (jobs * CALLS) / 2) await rest(POLL_MS)
await before.stop()
const known = await callsSoFar()
if (values.forget) rmSync(join(folder, 'dispatch'), { recursive: true })

const after = await Subject.start(errand)
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
