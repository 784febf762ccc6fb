import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { WebHasher } from '#adapters/web/hasher.ts'
import { keyText } from '#domain/tenant/key-text.ts'
import { checkEvents } from '#test/support/contract-check.ts'
import { eventually } from '#test/support/eventually.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { startCallbackServer } from '#test/support/callback-server.ts'
import { SECRETS, callbacks, gone } from './callback-story.ts'
import { Caller, type JobBody } from './caller.ts'
import { scheduleStory } from './schedule-story.ts'
import { bulkRetry, rateLimit, refusals } from './limits-story.ts'

type Start = (settings: Readonly<Record<string, string>>) => Promise<ServerProcess>

const KEYS = { acme: key('a'), other: key('b'), reader: key('c'), called: key('d'), hurried: key('e') }

function key(letter: string): string {
  return keyText(letter.repeat(16), letter.repeat(64))
}

async function keySetting(...withdrawn: readonly string[]): Promise<string> {
  const hasher = new WebHasher()
  const entries = [
    ['acme', 'acme', 'admin'],
    ['other', 'other', 'admin'],
    ['reader', 'acme', 'read'],
    ['called', 'called', 'admin'],
    ['hurried', 'hurried', 'read'],
  ] as const
  const left = entries.filter(([name]) => !withdrawn.includes(name))
  const lines = left.map(async ([name, tenant, scopes]) => {
    const [, id] = KEYS[name].split('_')
    return `${String(id)}:${tenant}:${scopes}:${await hasher.sha256(KEYS[name])}`
  })
  return (await Promise.all(lines)).join(',')
}

/** Somebody's key is withdrawn, and no job can be done any more, for each takes two model calls at least. */
async function harsher() {
  return { ERRAND_API_KEYS: await keySetting('reader'), ERRAND_MAX_MODEL_CALLS: '1' }
}

/** What a program of somebody else's relies on, from the first request to the last trace of a job. */
export async function apiStory(start: Start): Promise<void> {
  const receiver = await startCallbackServer()
  const shared = await startCallbackServer()
  const settings = {
    ERRAND_API_KEYS: await keySetting(),
    ERRAND_TENANTS: JSON.stringify({
      acme: { callbackSecrets: SECRETS },
      called: { callbackSecrets: SECRETS, callback: { url: shared.url } },
      hurried: { requestsPerMinute: 3 },
    }),
    ERRAND_CALLBACK_HOSTS: [receiver, shared].map(({ url }) => new URL(url).host).join(','),
  }
  let server = await start(settings)
  const acme = new Caller(() => server, KEYS.acme)
  const other = new Caller(() => server, KEYS.other)
  try {
    await keysAndTenants(server, acme, other)
    await idempotency(acme)
    await waiting(acme)
    await delayed(acme)
    await scheduleStory(acme, other)
    await listing(acme)
    await bulk(acme)
    await refusals(acme)
    await rateLimit(new Caller(() => server, KEYS.hurried))
    await callbacks(acme, receiver, async () => {
      await server.kill('SIGKILL')
      server = await start({ ...settings, ...(await harsher()) })
    })
    strictEqual((await new Caller(() => server, KEYS.reader).ask('GET', '/jobs')).status, 401)
    await bulkRetry(acme)
    await gone(new Caller(() => server, KEYS.called), shared)
    await deletion(acme)
    await ledger(other)
  } finally {
    receiver.close()
    shared.close()
  }
}

async function keysAndTenants(server: ServerProcess, acme: Caller, other: Caller): Promise<void> {
  strictEqual((await fetch(`${server.url}/jobs`)).status, 401)
  const reader = new Caller(() => server, KEYS.reader)
  strictEqual((await reader.submit('enamel-mug')).status, 403)
  const { id } = (await (await acme.submit('enamel-mug', { tags: ['mine'] })).json()) as JobBody
  strictEqual((await reader.ask('GET', `/jobs/${id}`)).status, 200)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/events'],
    ['POST', '/cancel'],
    ['DELETE', ''],
  ] as const) {
    strictEqual((await other.ask(method, `/jobs/${id}${path}`)).status, 404)
  }
  await eventually(async () => {
    strictEqual(await acme.total('?tag=mine'), 1)
  })
  strictEqual(await other.total(''), 0)
}

async function idempotency(acme: Caller): Promise<void> {
  const headers = { 'idempotency-key': 'order-1042' }
  const all = await Promise.all(Array.from({ length: 50 }, () => acme.submit('oak-board', { tags: ['race'] }, headers)))
  const ids = await Promise.all(all.map(async (response) => ((await response.json()) as JobBody).id))
  strictEqual(new Set(ids).size, 1)
  strictEqual(all.filter((response) => response.headers.get('idempotency-replayed') === null).length, 1)
  strictEqual((await acme.submit('linen-apron', { tags: ['race'] }, headers)).status, 422)
  strictEqual((await acme.submit('oak-board', {}, { 'idempotency-key': 'two words' })).status, 400)
  await eventually(async () => {
    strictEqual(await acme.total('?tag=race'), 1)
  })
}

async function waiting(acme: Caller): Promise<void> {
  const done = await acme.submit('wool-blanket', {}, { prefer: 'wait=60' })
  strictEqual(done.status, 200)
  strictEqual(done.headers.get('preference-applied'), 'wait=60')
  const { id } = (await done.json()) as JobBody
  const etag = (await acme.ask('GET', `/jobs/${id}?wait=5`)).headers.get('etag') ?? ''
  strictEqual((await acme.ask('GET', `/jobs/${id}`, { headers: { 'if-none-match': etag } })).status, 304)
  const late = (await (await acme.submit('wool-blanket')).json()) as JobBody
  strictEqual((await acme.json<JobBody>('GET', `/jobs/${late.id}?wait=60`)).status, 'completed')
  checkEvents(await (await acme.ask('GET', `/jobs/${late.id}/events`)).text(), 'JobEvents')
}

async function delayed(acme: Caller): Promise<void> {
  const submitted = await acme.submit('wool-blanket', { delaySeconds: 2 })
  const { id, status, runAt } = (await submitted.json()) as JobBody & { readonly runAt?: string }
  strictEqual(status, 'queued')
  const done = await acme.json<JobBody & { readonly startedAt: string }>('GET', `/jobs/${id}?wait=60`)
  strictEqual(done.status, 'completed')
  ok(done.startedAt >= String(runAt), `It began at ${done.startedAt}, before ${String(runAt)}.`)
  const never = (await (await acme.submit('wool-blanket', { delaySeconds: 3600 })).json()) as JobBody
  strictEqual((await acme.json<JobBody>('POST', `/jobs/${never.id}/cancel`)).status, 'canceled')
}

interface Page {
  readonly jobs: readonly JobBody[]
  readonly next_page_token?: string
}

async function listing(acme: Caller): Promise<void> {
  const before: string[] = []
  for (let n = 0; n < 12; n++) before.push(((await (await acme.submit('x', { batch: 'walk' })).json()) as JobBody).id)
  await eventually(async () => {
    strictEqual(await acme.total('?batch=walk'), 12)
  })
  const met: string[] = []
  let token: string | undefined
  do {
    const page: Page = await acme.json(
      'GET',
      `/jobs?batch=walk&page_size=5${token === undefined ? '' : `&page_token=${token}`}`,
    )
    met.push(...page.jobs.map(({ id }) => id))
    token = page.next_page_token
    await Promise.all(Array.from({ length: 10 }, () => acme.submit('x', { batch: 'walk' })))
  } while (token !== undefined)
  deepStrictEqual(met.filter((id) => before.includes(id)).sort(), [...before].sort())
  strictEqual(new Set(met).size, met.length)
}

async function bulk(acme: Caller): Promise<void> {
  // Products that do not exist fail nothing: the demo model says so. A job that is canceled can be retried.
  const { id } = (await (await acme.submit('enamel-mug', { batch: 'bulk' })).json()) as JobBody
  await acme.ask('GET', `/jobs/${id}?wait=60`)
  const body = { action: 'cancel', filter: { batch: 'walk' } }
  const operation = await acme.json<JobBody>('POST', '/operations', { body, headers: { 'idempotency-key': 'op' } })
  await eventually(async () => {
    strictEqual((await acme.json<JobBody>('GET', `/operations/${operation.id}`)).status, 'completed')
  })
  strictEqual(
    (await acme.json<JobBody>('POST', '/operations', { body, headers: { 'idempotency-key': 'op' } })).id,
    operation.id,
  )
  strictEqual((await acme.ask('POST', `/jobs/${id}/retry`)).status, 409)
}

async function deletion(acme: Caller): Promise<void> {
  const { id } = (await (await acme.submit('enamel-mug', { tags: ['gone'] }, { prefer: 'wait=60' })).json()) as JobBody
  strictEqual((await acme.ask('DELETE', `/jobs/${id}`)).status, 204)
  strictEqual((await acme.ask('GET', `/jobs/${id}`)).status, 404)
  match(await (await acme.ask('GET', '/jobs?tag=gone')).text(), /^\{"jobs":\[\]\}$/)
}

/** What jobs used is the same when they are gone. */
async function ledger(other: Caller): Promise<void> {
  const { id } = (await (await other.submit('enamel-mug', {}, { prefer: 'wait=60' })).json()) as JobBody
  const usage = async () => (await other.json<{ total: { jobs: number; modelCalls: number } }>('GET', '/usage')).total
  const before = await eventually(async () => {
    const total = await usage()
    strictEqual(total.jobs, 1)
    return total
  })
  ok(before.modelCalls > 0)
  strictEqual((await other.ask('DELETE', `/jobs/${id}`)).status, 204)
  deepStrictEqual(await usage(), before)
}
