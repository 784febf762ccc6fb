// What a store that has been used for long costs: submit, get and list against an empty store, in one run.
// npm run bench:stored -- --jobs 1000000 --on sqlite (or postgres)

import { PostgresServer, onDatabase } from '#test/support/postgres-server.ts'
import { readOptions } from './options.ts'
import { type Store, fill, openStore } from './used-store.ts'

const values = readOptions('Measures submit, get and list on a store with many jobs against an empty one.', {
  jobs: { type: 'string', default: '1000000', help: 'jobs in the store' },
  rounds: { type: 'string', default: '500', help: 'how often each request is made' },
  on: { type: 'string', default: 'sqlite', help: '"sqlite" or "postgres"' },
})
const jobs = Number(values.jobs)
const rounds = Number(values.rounds)
if (values.on !== 'sqlite' && values.on !== 'postgres') throw new RangeError('--on is "sqlite" or "postgres".')

const request = { agent: 'bench', input: { n: 1 }, tags: ['bench'] }

async function submitted({ ask }: Store): Promise<string> {
  return ((await (await ask('POST', '/jobs', request)).json()) as { id: string }).id
}

/** One job, finished by being canceled. */
async function finished(store: Store): Promise<string> {
  const id = await submitted(store)
  await store.ask('POST', `/jobs/${id}/cancel`)
  return id
}

const FAR_FUTURE = Date.parse('2090-01-01')
let filters = 0

const answered = async (response: Promise<Response>): Promise<string> => (await response).text()

const operations: Record<string, (store: Store, id: string) => Promise<string>> = {
  submit: (store) => submitted(store),
  get: (store, id) => answered(store.ask('GET', `/jobs/${id}`)),
  'first page': (store) => answered(store.ask('GET', '/jobs?page_size=50')),
  'first page, by status': (store) => answered(store.ask('GET', '/jobs?status=queued,failed&page_size=50')),
  'first page, by tag': (store) => answered(store.ask('GET', '/jobs?tag=bench&page_size=50')),
  'first page, by batch and status': (store) => answered(store.ask('GET', '/jobs?batch=b7&status=failed&page_size=50')),
  'first page, by tag, agent and status': (store) =>
    answered(store.ask('GET', '/jobs?tag=bench&agent=bench&status=failed&page_size=50')),
  counts: (store) => answered(store.ask('GET', '/jobs/counts')),
  // Another filter each time, so that nothing is remembered of it.
  'counts, for the first time': (store) =>
    answered(store.ask('GET', `/jobs/counts?created_before=${new Date(FAR_FUTURE + filters++).toISOString()}`)),
  'counts, by batch': (store) => answered(store.ask('GET', '/jobs/counts?batch=b7')),
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

interface Line {
  readonly name: string
  readonly emptyMs: number
  readonly fullMs: number
  readonly ratio: number
}

/** In turns, so that other load on the machine affects both. */
async function compare(empty: Store, full: Store, template: string): Promise<readonly Line[]> {
  const known = await finished(empty)
  const lines: Line[] = []
  for (const [name, operate] of Object.entries(operations)) {
    const times: { empty: number[]; full: number[] } = { empty: [], full: [] }
    for (let round = 0; round < rounds; round++) {
      times.empty.push(await time(() => operate(empty, known)))
      times.full.push(await time(() => operate(full, template)))
    }
    const [emptyMs, fullMs] = [median(times.empty), median(times.full)]
    lines.push({ name, emptyMs, fullMs, ratio: fullMs / emptyMs })
  }
  return lines
}

/** A store that has been used for a month, with the job that all others are copies of. */
async function used(url: string | null): Promise<{ readonly full: Store; readonly template: string }> {
  const full = await openStore(url)
  const template = await finished(full)
  const begun = performance.now()
  await fill(full, template, jobs)
  // As autovacuum would have done long ago, and not in the middle of what is measured.
  if (url !== null) await onDatabase(url, (client) => client.query('VACUUM ANALYZE'))
  process.stderr.write(`${String(jobs)} jobs stored in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
  return { full, template }
}

const postgres = values.on === 'postgres' ? await PostgresServer.start({ flags: [] }) : null
try {
  const newUrl = async (): Promise<string | null> => (await postgres?.createDatabase()) ?? null
  const empty = await openStore(await newUrl())
  const { full, template } = await used(await newUrl())
  const operations = await compare(empty, full, template)
  for (const { name, emptyMs, fullMs, ratio } of operations) {
    process.stderr.write(
      `${name.padEnd(38)} ${emptyMs.toFixed(3)} ms   ${fullMs.toFixed(3)} ms   × ${ratio.toFixed(2)}\n`,
    )
  }
  process.stdout.write(`${JSON.stringify({ on: values.on, jobs, rounds, operations })}\n`)
  for (const store of [empty, full]) await store.close()
} finally {
  await postgres?.stop()
}
