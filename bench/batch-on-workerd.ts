// A batch on bare workerd, which is killed in the middle and started again on the same folder. It shows whether each item
// is done once, and at what pace; it fails otherwise. `npm run bench:batch-workerd -- --items 10000` A table on stderr, and one line of JSON on stdout.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Call, callKey } from './calls.ts'
import { ask } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'
import { SUBJECTS } from './subjects.ts'

const values = readOptions('Measures a batch on workerd that is killed in the middle.', {
  items: { type: 'string', default: '10000', help: 'items' },
  window: { type: 'string', default: '50', help: 'jobs of the batch at once' },
  kill: { type: 'string', default: '0.5', help: 'share of the items that are done when it is killed' },
})
const items = Number(values.items)
const PIECE = 1000
const POLL_MS = 250

interface Batch {
  readonly id: string
  readonly status: string
  readonly next: number
  readonly counts: Readonly<Record<string, number>>
}

/** Outlives the processes that store in it. */
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const model = await Subject.start(script('fake-model.ts'))
const prepare = SUBJECTS['workerd']?.(model.url)
if (!prepare) throw new Error('There is no subject "workerd".')
let subject = await Subject.start(() => prepare(folder))

async function upload(id: string): Promise<void> {
  for (let from = 0; from < items; from += PIECE) {
    const lines = Array.from({ length: Math.min(PIECE, items - from) }, (_, index) => {
      const tag = String(from + index + 1)
      return `${JSON.stringify({ key: tag, input: `Look two things up, then answer. tag ${tag}` })}\n`
    })
    const headers = { 'content-type': 'application/x-ndjson' }
    const url = `${subject.url}/batches/${id}/items?from=${String(from)}`
    const response = await fetch(url, { method: 'PUT', headers, body: lines.join('') })
    if (!response.ok) throw new Error(await response.text())
  }
}

/** Follows the batch until so many items have ended. */
async function until(id: string, ended: number): Promise<Batch> {
  for (;;) {
    const batch = await ask<Batch>('GET', `${subject.url}/batches/${id}`)
    const { pending = 0, running = 0 } = batch.counts
    if (batch.next - pending - running >= ended) return batch
    await rest(POLL_MS)
  }
}

const begun = performance.now()
const seconds = (since: number): number => (performance.now() - since) / 1000
const { id } = await ask<Batch>('POST', `${subject.url}/batches`, {
  agent: 'bench',
  maxConcurrency: Number(values.window),
})
await upload(id)
await ask('POST', `${subject.url}/batches/${id}/close`)
const uploadSeconds = seconds(begun)
const before = await until(id, items * Number(values.kill))
const memoryMib = subject.memoryKib() / 1024
await subject.stop()
const known = await ask<readonly Call[]>('GET', `${model.url}/calls`)
const restarted = performance.now()
subject = await Subject.start(() => prepare(folder))
const after = await until(id, items)
const recoveredSeconds = seconds(restarted)
const totalSeconds = seconds(begun)

interface Result {
  readonly status: string
  readonly jobId: string
}

const text = await (await fetch(`${subject.url}/batches/${id}/results`)).text()
const results = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Result)
const calls = await ask<readonly Call[]>('GET', `${model.url}/calls`)
const began = new Set(known.map(callKey))
const figures = {
  items,
  window: Number(values.window),
  uploadSeconds,
  countsAtKill: before.counts,
  counts: after.counts,
  results: results.length,
  jobs: new Set(results.map(({ jobId }) => jobId)).size,
  notCompleted: results.filter(({ status }) => status !== 'completed').length,
  calls: calls.length,
  different: new Set(calls.map(callKey)).size,
  needed: items * 5,
  madeAgain: calls.slice(known.length).filter((call) => began.has(callKey(call))).length,
  memoryMib,
  recoveredSeconds,
  totalSeconds,
  itemsPerSecond: items / totalSeconds,
}
const { jobs, notCompleted, different, needed, madeAgain } = figures
/** Of each job in flight at the kill, the call that was in flight. */
const isOnce = different === needed && Math.max(madeAgain, calls.length - different) <= figures.window
const isKept = results.length === items && jobs === items && notCompleted === 0 && isOnce
process.stderr.write(`${JSON.stringify({ ...figures, isKept }, null, 2)}\n`)
process.stdout.write(`${JSON.stringify({ ...figures, isKept })}\n`)
await subject.stop()
await model.stop()
process.exit(isKept ? 0 : 1)
