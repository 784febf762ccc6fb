// A batch: how fast its lines are taken and what that takes up in memory, and how fast its items are done beside single
// jobs. `npm run bench:batch -- --lines 150000` A table on stderr, and one line of JSON on stdout.

import { Readable } from 'node:stream'
import { ask, manyJobs } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures the upload and the pace of a batch.', {
  lines: { type: 'string', default: '150000', help: 'lines of the upload' },
  bytes: { type: 'string', default: '1000', help: 'size of each' },
  items: { type: 'string', default: '2000', help: 'items that are done in a turn, and single jobs in another' },
  rounds: { type: 'string', default: '5', help: 'turns of items and of single jobs' },
  window: { type: 'string', default: '50', help: 'jobs of the batch at once, and clients of single jobs' },
  server: { type: 'string', default: 'errand.ts', help: 'errand.ts or errand-on-postgres.ts' },
})
const items = Number(values.items)
const window = Number(values.window)
const SAMPLE_MS = 250
/** Its buffers are its own, and are bounded by its settings. */
const POSTGRES = { of: 'postgres' }
const SERVERS = { notOf: 'postgres' }

const model = await Subject.start(script('fake-model.ts'))
const subject = await Subject.start(script(values.server, { BENCH_MODEL_URL: model.url }))
await manyJobs(subject.url, { jobs: 300, clients: 20 })

interface Batch {
  readonly id: string
  readonly next: number
  readonly finishedAt: string | null
}

function createBatch(): Promise<Batch> {
  return ask<Batch>('POST', `${subject.url}/batches`, { agent: 'bench', maxConcurrency: window })
}

async function* linesOf(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (let first = 0; first < count; first += 100) {
    const some = Array.from({ length: Math.min(100, count - first) }, (_, index) => {
      const key = `sku-${String(first + index)}`
      return `${JSON.stringify({ key, input: { sku: key, text: 'x'.repeat(Math.max(0, bytes - 60)) } })}\n`
    })
    yield await Promise.resolve(encoder.encode(some.join('')))
  }
}

async function upload(batch: Batch, count: number, bytes: number): Promise<void> {
  const response = await fetch(`${subject.url}/batches/${batch.id}/items?from=0`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-ndjson' },
    body: Readable.from(linesOf(count, bytes)),
    duplex: 'half',
  } as unknown as RequestInit)
  if (!response.ok) throw new Error(await response.text())
}

async function measuredUpload() {
  const batch = await createBatch()
  await ask('POST', `${subject.url}/batches/${batch.id}/pause`)
  const before = subject.memoryKib(SERVERS)
  let most = before
  const sample = setInterval(() => {
    most = Math.max(most, subject.memoryKib(SERVERS))
  }, SAMPLE_MS)
  const cpuBefore = [subject.cpuMs(), subject.cpuMs(POSTGRES)] as const
  const begun = performance.now()
  await upload(batch, Number(values.lines), Number(values.bytes))
  const seconds = (performance.now() - begun) / 1000
  clearInterval(sample)
  const cpuSeconds = (subject.cpuMs() - cpuBefore[0]) / 1000
  const cpuSecondsOfPostgres = (subject.cpuMs(POSTGRES) - cpuBefore[1]) / 1000
  const shown = await timed(() => ask('GET', `${subject.url}/batches/${batch.id}`))
  const page = await timed(() => ask('GET', `${subject.url}/batches/${batch.id}/items?page_size=50&page_token=100000`))
  await ask('POST', `${subject.url}/batches/${batch.id}/cancel`)
  const cpu = { cpuSeconds, cpuSecondsOfPostgres }
  return {
    seconds,
    ...cpu,
    linesPerSecond: Number(values.lines) / seconds,
    growthMib: (most - before) / 1024,
    shown,
    page,
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function itemsPerSecond(): Promise<number> {
  const batch = await createBatch()
  const begun = performance.now()
  await upload(batch, items, 100)
  await ask('POST', `${subject.url}/batches/${batch.id}/close`)
  let state = batch
  while (state.finishedAt === null) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    state = await ask<Batch>('GET', `${subject.url}/batches/${batch.id}`)
  }
  return items / ((performance.now() - begun) / 1000)
}

async function jobsPerSecond(): Promise<number> {
  const begun = performance.now()
  await manyJobs(subject.url, { jobs: items, clients: window })
  return items / ((performance.now() - begun) / 1000)
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}

const uploaded = await measuredUpload()
// In turns, so that other load on the machine affects both.
const pace: { readonly single: number[]; readonly inBatch: number[] } = { single: [], inBatch: [] }
for (let round = 0; round < Number(values.rounds); round++) {
  pace.single.push(await jobsPerSecond())
  pace.inBatch.push(await itemsPerSecond())
}
const [single, inBatch] = [median(pace.single), median(pace.inBatch)]
const ratios = pace.inBatch.map((items, round) => items / (pace.single[round] ?? 1))
const result = { upload: uploaded, ...pace, ratio: median(ratios) }
process.stderr.write(
  [
    `upload        ${values.lines} lines of ${values.bytes} B in ${uploaded.seconds.toFixed(1)} s, ${uploaded.linesPerSecond.toFixed(0)} a second`,
    `memory        of the server grows by ${uploaded.growthMib.toFixed(0)} MiB at most`,
    `CPU           ${uploaded.cpuSeconds.toFixed(1)} s, of which Postgres ${uploaded.cpuSecondsOfPostgres.toFixed(1)} s`,
    `batch, page   ${uploaded.shown.toFixed(1)} ms, ${uploaded.page.toFixed(1)} ms`,
    `items         ${inBatch.toFixed(0)} a second, × ${median(ratios).toFixed(2)} of single jobs`,
    `single jobs   ${single.toFixed(0)} a second`,
    '',
  ].join('\n'),
)
process.stdout.write(`${JSON.stringify(result)}\n`)
await subject.stop()
await model.stop()
