// What a store that has been used for long costs: submit, get and list against an empty store, in one run.
// npm run bench:stored -- --jobs 1000000 --on sqlite (or postgres)

import { parseArgs } from 'node:util'
import { PostgresServer } from '#test/support/postgres-server.ts'
import { type Store, fill, openStore } from './used-store.ts'

const ROUNDS = 500

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '1000000' }, on: { type: 'string', default: 'sqlite' } },
})
const jobs = Number(values.jobs)

const request = { agent: 'product-copywriter', input: { product: 'linen-apron' }, tags: ['bench'] }

async function submitted({ ask }: Store): Promise<string> {
  return ((await (await ask('POST', '/jobs', request)).json()) as { id: string }).id
}

/** One job, finished by being canceled. */
async function finished(store: Store): Promise<string> {
  const id = await submitted(store)
  await store.ask('POST', `/jobs/${id}/cancel`)
  return id
}

const postgres = values.on === 'postgres' ? await PostgresServer.start({ flags: [] }) : null
const open = async (): Promise<Store> => openStore(postgres && (await postgres.createDatabase()))
const empty = await open()
const full = await open()
const known = { empty: await finished(empty), full: await finished(full) }
const begun = performance.now()
await fill(full, known.full, jobs)
process.stderr.write(`${String(jobs)} jobs stored in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)

const answered = async (response: Promise<Response>): Promise<string> => (await response).text()

const operations: Record<string, (store: Store, id: string) => Promise<string>> = {
  submit: (store) => submitted(store),
  get: (store, id) => answered(store.ask('GET', `/jobs/${id}`)),
  'first page': (store) => answered(store.ask('GET', '/jobs?page_size=50')),
  'first page, by status': (store) => answered(store.ask('GET', '/jobs?status=queued,failed&page_size=50')),
  'first page, by tag': (store) => answered(store.ask('GET', '/jobs?tag=bench&page_size=50')),
  'first page, by batch and status': (store) => answered(store.ask('GET', '/jobs?batch=b7&status=failed&page_size=50')),
  'first page, by tag, agent and status': (store) =>
    answered(store.ask('GET', '/jobs?tag=bench&agent=product-copywriter&status=failed&page_size=50')),
  counts: (store) => answered(store.ask('GET', '/jobs/counts')),
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

const table = []
for (const [name, operate] of Object.entries(operations)) {
  const times: { empty: number[]; full: number[] } = { empty: [], full: [] }
  // Taken in turns, so that whatever else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    times.empty.push(await time(() => operate(empty, known.empty)))
    times.full.push(await time(() => operate(full, known.full)))
  }
  const [before, after] = [median(times.empty), median(times.full)]
  table.push({ name, emptyMs: before, fullMs: after, ratio: after / before })
}
for (const { name, emptyMs, fullMs, ratio } of table) {
  process.stderr.write(
    `${name.padEnd(38)} ${emptyMs.toFixed(3)} ms   ${fullMs.toFixed(3)} ms   × ${ratio.toFixed(2)}\n`,
  )
}
process.stdout.write(`${JSON.stringify({ on: values.on, jobs, rounds: ROUNDS, operations: table })}\n`)
for (const store of [empty, full]) await store.close()
await postgres?.stop()
