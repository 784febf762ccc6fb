// A batch of a large file whose servers and whose uploader are killed on the way, and then the same file again with `skipUnchanged`. It shows whether
// each item is done once, and what it takes up in memory. `npm run bench:batch-deaths -- --lines 150000`, also with `--servers 3` on Postgres, and
// with `--cut` through a proxy that breaks connections. It fails where an item is not done once. A table on stderr, and one line of JSON on stdout.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresServer } from '#test/support/postgres-server.ts'
import { freePort } from '#test/support/free-port.ts'
import { type BatchState, createBatch, outcomeOf, stateOf, writeLines } from './batch-file.ts'
import { brokenPromises, growthDuring } from './batch-promises.ts'
import type { Call } from './calls.ts'
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts'
import { ask } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures a batch whose servers and uploader are killed.', {
  lines: { type: 'string', default: '150000', help: 'lines of the file' },
  bytes: { type: 'string', default: '1000', help: 'size of each' },
  window: { type: 'string', default: '100', help: 'jobs of the batch at once' },
  servers: {
    type: 'string',
    default: '1',
    help: '1 on SQLite, or several on Postgres: two of three are killed for good',
  },
  cut: { type: 'boolean', default: false, help: 'upload through a proxy that breaks connections' },
  'upload-only': { type: 'boolean', default: false, help: 'no item becomes a job, so the second file is not uploaded' },
})
const lines = Number(values.lines)
const window = Number(values.window)
/** Growth of the servers while 150 000 results are read. */
const MOST_GROWTH_MIB = 150
/** Twice what a server holds. */
const HEAP_MIB = 160
const POLL_MS = 500
const SAMPLE_MS = 5000

/** Outlives the processes that store in it. */
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
const file = join(folder, 'items.ndjson')
await writeLines(file, lines, Number(values.bytes))

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const model = await Subject.start(script('fake-model.ts'))
const postgres = Number(values.servers) > 1 ? await PostgresServer.start({ flags: [] }) : null
const database = await postgres?.createDatabase()

async function startServer(port: number): Promise<Subject> {
  return Subject.start(
    script('errand.ts', {
      BENCH_MODEL_URL: model.url,
      // Garbage is collected early, so that growth is what is held.
      NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MIB)}`,
      ERRAND_PORT: String(port),
      ERRAND_DATA_DIR: join(folder, `data-${String(port)}`),
      ERRAND_MAX_UNFINISHED_JOBS: '1000000',
      ...(database !== undefined && { ERRAND_DATABASE_URL: database }),
    }),
  )
}

const servers: Subject[] = []
for (let left = Number(values.servers); left > 0; left--) servers.push(await startServer(await freePort()))
const server = (): Subject => {
  const [first] = servers
  if (!first) throw new Error('No server lives.')
  return first
}

/** Memory of all servers over time (MiB). */
const memory: number[] = []
const memoryMib = (): number => servers.reduce((sum, one) => sum + one.memoryKib(), 0) / 1024
setInterval(() => {
  memory.push(Math.round(memoryMib()))
}, SAMPLE_MS).unref()

const deaths: string[] = []
/** When servers were killed (epoch ms). */
const killedAt: number[] = []

/** On SQLite it is started again on the same folder and port. Of several servers, the others go on. */
async function killServer(): Promise<void> {
  const dead = server()
  deaths.push(`server of ${String(Math.round(dead.memoryKib() / 1024))} MiB`)
  servers.shift()
  await dead.stop()
  killedAt.push(Date.now())
  if (postgres === null) servers.push(await startServer(Number(new URL(dead.url).port)))
}

/** Keeps an uploader alive until the file is uploaded, as a person at a terminal would. */
class Uploads {
  readonly #id: string
  readonly #url: () => string
  #child: ChildProcess | null = null
  readonly done: Promise<void>

  constructor(id: string, url: () => string) {
    this.#id = id
    this.#url = url
    this.done = this.#keepOn()
  }

  kill(): void {
    deaths.push('uploader')
    this.#child?.kill('SIGKILL')
  }

  async #keepOn(): Promise<void> {
    for (let code: number | null = 1; code !== 0;) {
      const args = [join(import.meta.dirname, 'uploader.ts'), this.#url(), this.#id, file]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      this.#child = child
      code = await new Promise((resolve) => child.once('exit', resolve))
    }
  }
}

async function until(id: string, reached: (state: BatchState) => boolean): Promise<void> {
  for (;;) {
    const state = await stateOf(server().url, id).catch(() => null)
    if (state && reached(state)) return
    await rest(POLL_MS)
  }
}

interface Run {
  readonly id: string
  readonly uploadSeconds: number
  readonly seconds: number
  readonly cuts: number
}

const secondsSince = (begun: number): number => (performance.now() - begun) / 1000

/** On Postgres where another server is left. */
async function killAmidItems(id: string): Promise<void> {
  await until(id, ({ ended }) => ended >= lines / 2)
  if (postgres === null || servers.length > 1) await killServer()
}

/** @param mayDie the servers and the uploader are killed on the way. */
async function run(mayDie: boolean): Promise<Run> {
  const begun = performance.now()
  const { id } = await createBatch(server().url, window)
  if (values['upload-only']) await ask('POST', `${server().url}/batches/${id}/pause`)
  const proxy: CuttingProxy | null = values.cut ? await cuttingProxy(server().url) : null
  const uploads = new Uploads(id, () => proxy?.url ?? server().url)
  if (mayDie) {
    await until(id, ({ next }) => next >= lines / 3)
    await killServer()
    await until(id, ({ next }) => next >= lines / 2)
    uploads.kill()
  }
  await uploads.done
  const uploadSeconds = secondsSince(begun)
  proxy?.close()
  if (values['upload-only']) await ask('POST', `${server().url}/batches/${id}/cancel`)
  else if (mayDie) await killAmidItems(id)
  await until(id, ({ ended }) => ended >= lines)
  return { id, uploadSeconds, seconds: secondsSince(begun), cuts: proxy?.cuts() ?? 0 }
}

const calls = (): Promise<readonly Call[]> => ask('GET', `${model.url}/calls`)

/** The results of a batch, and whether they and the calls since are as promised. */
async function judged({ id }: Run, end: 'completed' | 'skipped' | 'canceled', since: number) {
  const { value: outcome, growthMib } = await growthDuring(memoryMib, () => outcomeOf(server().url, id))
  const made = (await calls()).slice(since)
  const broken = brokenPromises({ lines, window, end, outcome, calls: made, deaths: killedAt })
  const grown =
    growthMib > MOST_GROWTH_MIB ? [`The servers grew by ${String(growthMib)} MiB while results were read.`] : []
  return { outcome, calls: made.length, resultsGrowthMib: growthMib, broken: [...broken, ...grown] }
}

const isUploadOnly = values['upload-only']
const first = await run(!values.cut)
const firstJudged = await judged(first, isUploadOnly ? 'canceled' : 'completed', 0)
const memoryOfFirst = memory.splice(0)
const again = isUploadOnly ? null : await run(false)
const againJudged = again && (await judged(again, 'skipped', firstJudged.calls))
const broken = [...firstJudged.broken, ...(againJudged?.broken ?? [])]
const result = {
  lines,
  servers: Number(values.servers),
  deaths,
  first: { ...first, ...firstJudged, memory: memoryOfFirst },
  again: again && { ...again, ...againJudged, memory },
  broken,
}
process.stderr.write(`${JSON.stringify(result, null, 1)}\n`)
process.stdout.write(`${JSON.stringify(result)}\n`)
await Promise.all(servers.map((one) => one.stop()))
await model.stop()
await postgres?.stop()
process.exit(broken.length > 0 ? 1 : 0)
