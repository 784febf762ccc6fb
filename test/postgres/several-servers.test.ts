import { afterEach, beforeEach, expect, test } from 'vitest'
import { eachFiredOnce } from '#test/e2e/kills.ts'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { finished, submitCopy } from '#test/e2e/story.ts'
import { eventually } from '#test/support/eventually.ts'
import { startCountingModel } from '#test/support/counting-model.ts'
import { startHeldModel } from '#test/support/held-model.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { emptyDatabase } from './scene.ts'

// Longer than a busy machine keeps a server that lives from renewing it.
const LEASE_SECONDS = 10

let servers: Servers
let url: string

beforeEach(async () => {
  servers = new Servers()
  url = await emptyDatabase()
})

afterEach(() => servers.end())

/** That many servers over one database, asking one model. */
function startAll(count: number, model: { readonly url: string }): Promise<readonly ServerProcess[]> {
  const settings = {
    ERRAND_DATABASE_URL: url,
    ERRAND_LEASE_SECONDS: String(LEASE_SECONDS),
    OPENAI_COMPATIBLE_BASE_URL: model.url,
    ERRAND_MODEL: 'openai-compatible/fake',
  }
  return Promise.all(Array.from({ length: count }, () => startNode(servers, settings)))
}

interface EventLine {
  readonly name: string
  readonly at: number
}

async function eventsOf(server: string, jobId: string): Promise<readonly EventLine[]> {
  const text = await (await fetch(`${server}/jobs/${jobId}/events`)).text()
  return [...text.matchAll(/event: (\S+)\ndata: (.*)/g)].map(([, name = '', data = '{}']) => ({
    name,
    at: Date.parse((JSON.parse(data) as { at: string }).at),
  }))
}

test('of three servers one is killed: its jobs are taken over when its lease has run out, and not before', async () => {
  const model = await startHeldModel('linen-apron')
  const [first, second, third] = await startAll(3, model)
  if (!first || !second || !third) throw new Error('There are three.')
  // Whoever accepts a job executes it as long as there is room.
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  await first.kill('SIGKILL')
  model.release()

  expect(await finished(third.url, id)).toMatchObject({ status: 'completed', attempt: 2 })
  expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 2 })
  const events = await eventsOf(second.url, id)
  const [begun, again] = events.filter(({ name }) => name === 'attempt.started').map(({ at }) => at)
  const renewed = events.filter(({ name }) => name === 'lease.renewed').map(({ at }) => at)
  const waited = Number(again) - Math.max(Number(begun), ...renewed.filter((at) => at < Number(again)))
  expect(waited).toBeGreaterThanOrEqual(LEASE_SECONDS * 1000)
  // The answers that were known are not asked for again; the one that was under way is.
  expect([model.requests(0), model.requests(1)]).toEqual([1, 2])
  model.close()
})

test('jobs are shared: what is too much for one server another does', async () => {
  const model = await startCountingModel(50)
  const [first, second] = await startAll(2, model)
  if (!first || !second) throw new Error('There are two.')
  const { products } = (await (await fetch(`${first.url}/products`)).json()) as { products: { handle: string }[] }
  const ids = await Promise.all(
    Array.from({ length: 120 }, async (_, n) => {
      const { handle = '' } = products[n % products.length] ?? {}
      return (await submitCopy(first.url, handle)).id
    }),
  )
  for (const id of ids) expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
  expect([first.output(), second.output()].map((text) => text.includes('An attempt has ended.'))).toEqual([true, true])
  model.close()
})

test('a job is watched at one server, and stopped there, while another executes it', async () => {
  const model = await startHeldModel('linen-apron')
  const [first, second] = await startAll(2, model)
  if (!first || !second) throw new Error('There are two.')
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  const watching = eventsOf(second.url, id)
  await fetch(`${second.url}/jobs/${id}/cancel`, { method: 'POST' })
  await model.abandoned
  expect((await watching).map(({ name }) => name).slice(-2)).toEqual(['job.cancel_requested', 'job.canceled'])
  expect(await finished(first.url, id)).toMatchObject({ status: 'canceled', attempt: 1 })
  model.close()
})

test('a bulk operation that is asked for at one server is carried out', async () => {
  const model = await startHeldModel('linen-apron')
  const [first, second] = await startAll(2, model)
  if (!first || !second) throw new Error('There are two.')
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  const response = await fetch(`${second.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'cancel', filter: { agent: 'draft-writer' } }),
  })
  expect(response.status).toBe(202)
  expect(await finished(second.url, id)).toMatchObject({ status: 'canceled' })
  model.close()
})

test('of three servers that wake the same schedules, and one that is killed meanwhile, each schedule fires once', async () => {
  const model = await startCountingModel(0)
  const [first, second, third] = await startAll(3, model)
  if (!first || !second || !third) throw new Error('There are three.')
  const ids = Array.from({ length: 60 }, (_, n) => `s${String(n)}`)
  const at = new Date(Date.now() + 2000)
  const work = { agent: 'draft-writer', input: { product: 'linen-apron' }, tags: ['storm'] }
  const put = (id: string, n: number): Promise<Response> =>
    fetch(`${[first, second, third][n % 3]?.url ?? ''}/schedules/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...work, when: { at } }),
    })
  const answers = await Promise.all(ids.map(put))
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 201))
  const count = async (): Promise<number> =>
    ((await (await fetch(`${second.url}/jobs/counts?tag=storm`)).json()) as { total: number }).total
  await eventually(async () => {
    expect(await count()).toBeGreaterThanOrEqual(15)
  })
  await first.kill('SIGKILL')
  await eachFiredOnce(third.url, ids, at)
  expect(await count()).toBe(60)
  model.close()
})
