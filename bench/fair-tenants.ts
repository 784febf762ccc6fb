// Two tenants with a batch each, on one server: how the places are shared while both have items to do. One tenant's window is four times the other's.
// It fails unless each gets half (0.8 to 1.25). `npm run bench:fair-tenants -- --items 4000` A line on stderr, and one line of JSON on stdout.

import { ErrandClient } from '#adapters/client/errand-client.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { MakeKey } from '#application/tenant/make-key.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures how two tenants share a server.', {
  items: { type: 'string', default: '4000', help: 'items of each batch' },
  window: { type: 'string', default: '50', help: 'jobs of the first batch at once; the second has four times as many' },
  places: { type: 'string', default: '16', help: 'items that the server does at once' },
  server: { type: 'string', default: 'errand.ts', help: 'errand.ts or errand-on-postgres.ts' },
})
const items = Number(values.items)
const POLL_MS = 100

const makeKey = new MakeKey({ clock: new SystemClock(), hasher: new WebHasher(), random: new CryptoRandom() })
const make = (tenantId: string) =>
  makeKey.execute({ tenantId, scopes: ['submit', 'read', 'cancel'], name: 'bench', by: { kind: 'cli' } })
const made = [await make('one'), await make('two')]
const entries = made.map(({ key: { id, tenantId, scopes, hash } }) => [id, tenantId, scopes.join('+'), hash].join(':'))

const model = await Subject.start(script('fake-model.ts'))
const settings = { BENCH_MODEL_URL: model.url, ERRAND_API_KEYS: entries.join(','), ERRAND_CONCURRENCY: values.places }
const subject = await Subject.start(script(values.server, settings))

interface Side {
  readonly client: ErrandClient
  readonly id: string
}

/** A batch with all its items, none of which has begun. */
async function prepared(apiKey: string, maxConcurrency: number): Promise<Side> {
  const client = new ErrandClient({ baseUrl: subject.url, apiKey })
  const { id } = await client.batches.create({ agent: 'bench', maxConcurrency })
  await client.batches.pause(id)
  await client.batches.upload(
    id,
    Array.from({ length: items }, () => ({ input: 'Only answer.' })),
  )
  return { client, id }
}

const doneOf = async ({ client, id }: Side): Promise<number> => (await client.batches.get(id)).counts.completed

const windows = [Number(values.window), 4 * Number(values.window)]
const sides: Side[] = []
for (const [index, { secret }] of made.entries()) sides.push(await prepared(secret, windows[index] ?? 1))
await Promise.all(sides.map(({ client, id }) => client.batches.resume(id)))
let done = [0, 0]
// Both have items to do until one of them is done.
while (Math.max(...done) < items * 0.8) {
  await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  done = await Promise.all(sides.map(doneOf))
}
const [one = 0, two = 0] = done
const ratio = one / two
process.stderr.write(`${String(one)} and ${String(two)} items done, × ${ratio.toFixed(2)}\n`)
process.stdout.write(`${JSON.stringify({ items, windows, done, ratio })}\n`)
await subject.stop()
await model.stop()
process.exit(ratio >= 0.8 && ratio <= 1.25 ? 0 : 1)
