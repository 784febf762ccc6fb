// What a store that has been used for long costs: submit, get and list against an empty store, in one run.
// npm run bench:stored -- --jobs 1000000

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SqliteDatabase } from '#adapters/node/sqlite.ts'
import { httpApp } from '#composition/container.ts'
import { localHome } from '#composition/local-home.ts'
import { type NodeApp, openNodeApp } from '#composition/node-app.ts'
import { parseNodeSettings } from '#composition/settings.ts'
import * as t from '#composition/tokens.ts'

const ROUNDS = 500

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '1000000' } } })
const jobs = Number(values.jobs)

interface Store {
  readonly folder: string
  readonly app: NodeApp
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Response>
}

async function open(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
  const app = await openNodeApp(parseNodeSettings({ ERRAND_DATA_DIR: folder }))
  app.container.registerInstance(t.PEER_ADDRESS, () => '127.0.0.1')
  app.container.registerInstance(t.RUNTIME, 'node')
  const http = httpApp(app.container, localHome(app.container))
  const ask: Store['ask'] = async (method, path, body) =>
    http.request(path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  return { folder, app, ask }
}

/** Copies of one finished job, spread over a month, written as the store writes them. */
async function fill({ folder }: Store, template: string, count: number): Promise<void> {
  const db = new SqliteDatabase(join(folder, 'errand.db'))
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(count)})`
  const id = "printf('job_0%025d', i)"
  const time = `created_at - i * (30 * 86400000 / ${String(count)})`
  const status = "CASE i % 10 WHEN 0 THEN 'failed' ELSE 'completed' END"
  const statements = [
    `INSERT INTO jobs (id, tenant_id, status, agent, batch, created_at, updated_at, finished_at, wake_at, wake_kind, version, tags, metadata)
     ${numbers} SELECT ${id}, tenant_id, ${status}, agent, 'b' || (i % 100), ${time}, updated_at, finished_at, wake_at, wake_kind, version,
       tags, metadata FROM n, jobs WHERE id = ?`,
    `INSERT INTO journal (job_id, seq, events) ${numbers} SELECT ${id}, seq, replace(events, job_id, ${id}) FROM n, journal WHERE job_id = ?`,
    `INSERT INTO job_tags (tenant_id, tag, created_at, job_id) ${numbers} SELECT tenant_id, tag, ${time}, ${id}
     FROM n, job_tags WHERE job_id = ?`,
  ]
  for (const sql of statements) await db.batch([{ sql, params: [template] }])
  await db.close()
}

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
process.stdout.write(`${JSON.stringify({ jobs, rounds: ROUNDS, operations: table })}\n`)
for (const { app, folder } of [empty, full]) {
  await app.storage.close()
  rmSync(folder, { recursive: true })
}
