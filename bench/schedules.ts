// What 100 000 pending one-shot schedules cost a server on SQLite, beside a server with none, in one run.
// `npm run bench:schedules -- --schedules 100000` A table on stderr, and one line of JSON on stdout.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const ROUNDS = 50
const STARTS = 3
const IDLE_SECONDS = 10
const TEMPLATE = 'template'

const values = readOptions('Measures a server with many pending one-shot schedules against one with none.', {
  schedules: { type: 'string', default: '100000', help: 'pending schedules' },
})
const count = Number(values.schedules)

/** Outlives the servers that store in it. */
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const places = { empty: join(folder, 'empty'), full: join(folder, 'full') }
type Name = keyof typeof places
const NAMES = ['empty', 'full'] as const

const startOn = (place: string): Promise<Subject> =>
  Subject.start(script('errand.ts', { ERRAND_DATA_DIR: place, BENCH_MODEL_URL: model.url }))

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function put({ url }: Subject, id: string, delaySeconds: number): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ agent: 'bench', input: 'An input.', when: { delaySeconds }, overlap: 'allow' })
  const response = await fetch(`${url}/schedules/${id}`, { method: 'PUT', headers, body })
  await response.text()
  if (!response.ok) throw new Error(`PUT answered ${String(response.status)}.`)
}

/** From the PUT of a schedule that is due at once until it is seen to have fired. */
async function fired(subject: Subject, id: string): Promise<void> {
  await put(subject, id, 0)
  for (;;) {
    const { status } = (await (await fetch(`${subject.url}/schedules/${id}`)).json()) as { status: string }
    if (status === 'ended') return
  }
}

/** Copies of one schedule, due one second after the other from tomorrow on, as the store writes them. */
function fill(place: string): void {
  const db = new DatabaseSync(join(place, 'errand.db'))
  const at = `wake_at + ${String(86_400_000)} + i * 1000`
  const id = "printf('sch_0%025d', i)"
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(count)})
     INSERT INTO records (id, kind, tenant_id, version, format, wake_at, updated_at, body)
     SELECT ${id}, kind, tenant_id, version, format, ${at}, updated_at,
       json_set(body, '$.id', ${id}, '$.scheduleId', 'cart:' || i, '$.nextFireAt', ${at})
     FROM n, (SELECT * FROM records WHERE json_extract(body, '$.scheduleId') = '${TEMPLATE}') AS template`,
  )
  db.close()
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Of two servers, in turns, so that other load on the machine affects both. */
async function each(rounds: number, measure: (name: Name, round: number) => Promise<number>) {
  const times: Record<Name, number[]> = { empty: [], full: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of NAMES) times[name].push(await measure(name, round))
  }
  return { empty: median(times.empty), full: median(times.full) }
}

const model = await Subject.start(script('fake-model.ts'))
for (const place of Object.values(places)) {
  const subject = await startOn(place)
  await put(subject, TEMPLATE, 3600)
  await subject.stop()
}
fill(places.full)

const figures: Record<string, Record<Name, number>> = {}

function note(what: string, { empty, full }: Record<Name, number>): void {
  figures[what] = { empty, full }
  const ratio = empty === 0 ? '' : `× ${(full / empty).toFixed(2)}`
  process.stderr.write(`${what.padEnd(24)}${empty.toFixed(2).padStart(10)}${full.toFixed(2).padStart(10)}   ${ratio}\n`)
}

note(
  'start (ms)',
  await each(STARTS, async (name) => {
    const subject = await startOn(places[name])
    await subject.stop()
    return subject.startMs
  }),
)
const servers = { empty: await startOn(places.empty), full: await startOn(places.full) }
const both = (measure: (subject: Subject) => number): Record<Name, number> => ({
  empty: measure(servers.empty),
  full: measure(servers.full),
})
note('first fire (ms)', await each(1, (name) => timed(() => fired(servers[name], 'first'))))
await rest(3000)
note(
  'memory at rest (MiB)',
  both((subject) => subject.memoryKib() / 1024),
)
const before = both((subject) => subject.cpuMs())
await rest(IDLE_SECONDS * 1000)
const after = both((subject) => subject.cpuMs())
note('CPU at rest (ms/s)', {
  empty: (after.empty - before.empty) / IDLE_SECONDS,
  full: (after.full - before.full) / IDLE_SECONDS,
})
note('a new schedule (ms)', await each(ROUNDS, (name, n) => timed(() => put(servers[name], `new:${String(n)}`, 3600))))
note('a postponement (ms)', await each(ROUNDS, (name) => timed(() => put(servers[name], TEMPLATE, 3600))))
note('a fire (ms)', await each(ROUNDS, (name, n) => timed(() => fired(servers[name], `now:${String(n)}`))))
note(
  'a page of 50 (ms)',
  await each(ROUNDS, (name) => timed(async () => (await fetch(`${servers[name].url}/schedules?page_size=50`)).text())),
)
for (const name of NAMES) await servers[name].stop()
await model.stop()
process.stdout.write(`${JSON.stringify({ schedules: count, rounds: ROUNDS, figures })}\n`)
