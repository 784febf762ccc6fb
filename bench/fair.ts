// What a large batch costs the other work of its tenant. It measures single jobs from their submission to their first
// model call, while a batch waits and while it is done, in turns. It fails where the median beside the batch is more than
// 1.2 times that alone. `npm run bench:fair -- --lines 100000`

import { Readable } from 'node:stream'
import type { Call } from './calls.ts'
import { ask, manyJobs } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures the start of single jobs beside a batch.', {
  lines: { type: 'string', default: '100000', help: 'items of the batch' },
  window: { type: 'string', default: '50', help: 'jobs of the batch at once' },
  latency: { type: 'string', default: '500', help: 'milliseconds of a model call' },
  jobs: { type: 'string', default: '100', help: 'single jobs of each turn' },
  rounds: { type: 'string', default: '4', help: 'turns of each kind' },
  server: { type: 'string', default: 'errand.ts', help: 'errand.ts or errand-on-postgres.ts' },
})
const SINGLE_EVERY_MS = 50
/** Of the medians. */
const MOST_RATIO = 1.2

const model = await Subject.start(script('fake-model.ts', { BENCH_LATENCY_MS: values.latency }))
const subject = await Subject.start(script(values.server, { BENCH_MODEL_URL: model.url }))
await manyJobs(subject.url, { jobs: 50, clients: 10 })

interface Batch {
  readonly id: string
  readonly counts: { readonly running: number; readonly completed: number }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function pausedBatch(): Promise<Batch> {
  const batch = await ask<Batch>('POST', `${subject.url}/batches`, {
    agent: 'bench',
    maxConcurrency: Number(values.window),
  })
  await ask('POST', `${subject.url}/batches/${batch.id}/pause`)
  const line = `${JSON.stringify({ input: 'Look two things up, then answer.' })}\n`
  const count = Number(values.lines)
  const chunks = Array.from({ length: Math.ceil(count / 1000) }, (_, n) =>
    line.repeat(Math.min(1000, count - n * 1000)),
  )
  const response = await fetch(`${subject.url}/batches/${batch.id}/items?from=0`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-ndjson' },
    body: Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
    duplex: 'half',
  } as unknown as RequestInit)
  if (!response.ok) throw new Error(await response.text())
  return batch
}

const stateOf = ({ id }: Batch): Promise<Batch> => ask<Batch>('GET', `${subject.url}/batches/${id}`)

let tags = 0

/** The time from the submission of each to its first model call (ms). */
async function starts(): Promise<readonly number[]> {
  const submittedAt = new Map<number, number>()
  const submit = async (): Promise<void> => {
    const tag = ++tags
    submittedAt.set(tag, Date.now())
    await ask('POST', `${subject.url}/jobs`, {
      agent: 'bench',
      input: `Look two things up, then answer: tag ${String(tag)}`,
    })
  }
  const all: Promise<void>[] = []
  for (let n = 0; n < Number(values.jobs); n++) {
    all.push(submit())
    await rest(SINGLE_EVERY_MS)
  }
  await Promise.all(all)
  await rest(10 * Number(values.latency))
  const calls = await ask<readonly Call[]>('GET', `${model.url}/calls`)
  const first = calls.filter(({ kind, call, tag }) => kind === 'model' && call === 1 && submittedAt.has(tag))
  if (first.length < submittedAt.size) throw new Error('Some jobs have not begun.')
  return first.map(({ tag, at }) => at - (submittedAt.get(tag) ?? 0))
}

const batch = await pausedBatch()
const times: { readonly alone: number[]; readonly beside: number[] } = { alone: [], beside: [] }
let itemsDone = 0
for (let round = 0; round < Number(values.rounds); round++) {
  times.alone.push(...(await starts()))
  await ask('POST', `${subject.url}/batches/${batch.id}/resume`)
  while ((await stateOf(batch)).counts.running < Number(values.window)) await rest(50)
  times.beside.push(...(await starts()))
  await ask('POST', `${subject.url}/batches/${batch.id}/pause`)
  while ((await stateOf(batch)).counts.running > 0) await rest(50)
  itemsDone = (await stateOf(batch)).counts.completed
}

function quantile(all: readonly number[], part: number): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length * part)] ?? 0
}

const [alone, beside] = [times.alone, times.beside].map((all) => ({
  p50: quantile(all, 0.5),
  p95: quantile(all, 0.95),
}))
const ratio = (beside?.p50 ?? 0) / (alone?.p50 ?? 1)
process.stderr.write(
  [
    `alone         ${String(alone?.p50)} ms p50, ${String(alone?.p95)} ms p95`,
    `beside        ${String(beside?.p50)} ms p50, ${String(beside?.p95)} ms p95, × ${ratio.toFixed(2)} at p50`,
    `items done    ${String(itemsDone)}`,
    '',
  ].join('\n'),
)
process.stdout.write(`${JSON.stringify({ alone, beside, ratio, itemsDone })}\n`)
await subject.stop()
await model.stop()
if (ratio > MOST_RATIO) {
  process.stderr.write(
    `A single job began ${ratio.toFixed(2)} times as late beside the batch, and may ${String(MOST_RATIO)} times.\n`,
  )
  process.exit(1)
}
