// Proposals that are approved, applied and undone in bulk, in a shop over HTTP. Meanwhile the server is killed, and a person edits products by hand.
// It ends with 1 where a text is not what it must be. `npm run bench:write-deaths -- --products 300 --seed 1` A table on stderr, and one line of JSON
// on stdout.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { SeededRandom } from '#test/support/random.ts'
import { freePort } from '#test/support/free-port.ts'
import { readOptions } from './options.ts'
import { PERSON, type Put, type LoggedRequest, type Shown, type ShopState, violationsIn } from './shop-log.ts'
import { ask } from './load.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Kills the server while it writes to a shop.', {
  products: { type: 'string', default: '300', help: 'products of the shop' },
  seed: { type: 'string', default: '1', help: 'of when the server is killed, and of what a person does' },
  kills: { type: 'string', default: '4', help: 'of the server in each phase' },
  latency: { type: 'string', default: '20', help: 'most ms of the shop before a request is carried out, and after' },
  edits: { type: 'string', default: '30', help: 'products that a person edits in each phase' },
})
const random = new SeededRandom(Number(values.seed))
const MOST_IN_A_JOB = 3
const POLL_MS = 20
/** A new server is killed at most so long after it has answered. */
const LONGEST_LIFE_MS = 500
/** So that a phase is longer than a life. */
const CONCURRENCY = '6'

const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const shop = await Subject.start(
  script('shop.ts', { BENCH_PRODUCTS: values.products, BENCH_LATENCY_MS: values.latency }),
)
const port = String(await freePort())
const errand = script('errand-of-shop.ts', {
  BENCH_SHOP_URL: shop.url,
  ERRAND_PORT: port,
  ERRAND_DATA_DIR: folder,
  ERRAND_CONCURRENCY: CONCURRENCY,
})
let server = await Subject.start(errand)
const client = new ErrandClient({ baseUrl: server.url, mostTries: 100 })
const originals = await ask<ShopState['originals']>('GET', `${shop.url}/texts`)
const handles = Object.keys(originals)

/** How often the server died before each phase was over. */
const deaths: Record<string, number> = {}

/** Kills the server again and again until `work` is done. */
async function underFire(phase: string, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  const ended = work.finally(() => {
    over.abort()
  })
  deaths[phase] = 0
  for (let left = Number(values.kills); left > 0; left--) {
    await rest(random.between(0, LONGEST_LIFE_MS))
    if (over.signal.aborted) break
    deaths[phase]++
    await server.stop()
    server = await Subject.start(errand)
  }
  await ended
}

let edits = 0

/** Edits what may be under way, until the phase is over. */
async function personEdits(isOver: () => boolean): Promise<void> {
  for (let left = Number(values.edits); left > 0 && !isOver(); left--) {
    await rest(random.between(0, LONGEST_LIFE_MS / 4))
    const put: Put = { by: PERSON, key: null, to: `By hand ${String(++edits)} é\r\n` }
    await fetch(`${shop.url}/products/${random.pick(handles)}`, { method: 'PUT', body: JSON.stringify(put) })
  }
}

async function propose(): Promise<string> {
  const { id } = await client.batches.create({ agent: 'writer', maxConcurrency: 20 })
  const items: { input: { handles: string[] } }[] = []
  for (let at = 0; at < handles.length;) {
    const size = random.between(1, MOST_IN_A_JOB + 1)
    items.push({ input: { handles: handles.slice(at, at + size) } })
    at += size
  }
  await client.batches.upload(id, items)
  await client.batches.close(id)
  while ((await client.batches.get(id)).finishedAt === null) await rest(POLL_MS)
  return id
}

/** Starts the operation, and returns when it is over and nothing is under way. */
async function all(action: 'approve' | 'apply' | 'undo', batch: string): Promise<void> {
  const { id } = await client.startOperation({ action, filter: { batch } })
  while ((await client.operation(id)).status === 'running') await rest(POLL_MS)
  for (;;) {
    const { counts } = await client.proposals.counts({ batch })
    if (counts.applying + counts.undoing === 0) return
    await rest(POLL_MS)
  }
}

async function withPerson(phase: 'apply' | 'undo', batch: string): Promise<void> {
  let isOver = false
  const person = personEdits(() => isOver)
  await underFire(phase, all(phase, batch))
  isOver = true
  await person
}

async function proposalsOf(batch: string): Promise<(Shown & { readonly id: string })[]> {
  const found: (Shown & { readonly id: string })[] = []
  for await (const proposal of client.proposals.list({ batch, page_size: 100 })) found.push(proposal)
  return found
}

/** A person rejects some and edits others before the rest is approved. */
async function review(batch: string): Promise<void> {
  for (const { id, target } of await proposalsOf(batch)) {
    const chance = random.fraction()
    if (chance < 0.05) await client.proposals.reject(id)
    else if (chance < 0.1) await client.proposals.approve(id, { after: `Reviewed ${target} 🧵\n` })
  }
}

async function stateAt(end: ShopState['end'], batch: string): Promise<ShopState> {
  const texts = await ask<ShopState['texts']>('GET', `${shop.url}/texts`)
  const log = await ask<readonly LoggedRequest[]>('GET', `${shop.url}/log`)
  return { originals, texts, log, proposals: await proposalsOf(batch), end }
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, { length }]) => [name, length]))
}

const begun = performance.now()
const proposed = propose()
await underFire('propose', proposed)
const batch = await proposed
await underFire(
  'approve',
  review(batch).then(() => all('approve', batch)),
)
await withPerson('apply', batch)
const applied = await stateAt('applied', batch)
await withPerson('undo', batch)
const undone = await stateAt('undone', batch)

const ofErrand = undone.log.filter(({ by }) => by !== PERSON)
const violations = [
  ...violationsIn(applied).map((problem) => `After apply, ${problem}`),
  ...violationsIn(undone).map((problem) => `After undo, ${problem}`),
]
const result = {
  products: handles.length,
  seed: Number(values.seed),
  seconds: Math.round((performance.now() - begun) / 1000),
  deaths,
  edits,
  afterApply: countsOf(applied.proposals.map(({ status }) => status)),
  afterUndo: countsOf(undone.proposals.map(({ status }) => status)),
  requests: countsOf(ofErrand.map(({ did }) => did)),
  /** Requests that the server's death cut off, by what the shop did. */
  unheard: countsOf(ofErrand.filter(({ isHeard }) => !isHeard).map(({ did }) => did)),
  violations,
}
process.stderr.write(`${JSON.stringify(result, null, 1)}\n`)
process.stdout.write(`${JSON.stringify(result)}\n`)
await server.stop()
await shop.stop()
process.exit(violations.length > 0 ? 1 : 0)
