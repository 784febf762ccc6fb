import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachFiredOnce } from '#test/e2e/kills.ts'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { finished, submitCopy } from '#test/e2e/story.ts'
import { eventually } from '#test/support/eventually.ts'
import { countingModel } from '#test/support/counting-model.ts'
import { heldModel } from '#test/support/held-model.ts'
import { ModelServer } from '#test/support/model-server.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { emptyDatabase } from './scene.ts'

// Longer than a busy machine keeps a server that lives from renewing it.
const LEASE_SECONDS = 10

let servers: Servers
let models: ModelServer
let url: string
let running: readonly ServerProcess[] = []

beforeAll(async () => {
  servers = new Servers()
  models = await ModelServer.start()
  url = await emptyDatabase()
})

afterAll(async () => {
  await servers.end()
  models.close()
})

/** Three servers over one database, asking one model. What an earlier test has killed is started again. */
async function three(): Promise<readonly [ServerProcess, ServerProcess, ServerProcess]> {
  const settings = { ...models.settings, ERRAND_DATABASE_URL: url, ERRAND_LEASE_SECONDS: String(LEASE_SECONDS) }
  const missing = Array.from({ length: 3 - running.length }, () => startNode(servers, settings))
  running = [...running, ...(await Promise.all(missing))]
  const [first, second, third] = running
  if (!first || !second || !third) throw new Error('There are three.')
  return [first, second, third]
}

async function kill(server: ServerProcess): Promise<void> {
  running = running.filter((one) => one !== server)
  await server.kill('SIGKILL')
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
  const model = models.play(heldModel())
  const [first, second, third] = await three()
  // Whoever accepts a job executes it as long as there is room.
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  await kill(first)
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
})

test('jobs are shared: what is too much for one server others do', async () => {
  models.play(countingModel(50))
  const all = await three()
  const [first, second] = all
  const before = all.map((server) => server.output().length)
  const { products } = (await (await fetch(`${first.url}/products`)).json()) as { products: { handle: string }[] }
  const ids = await Promise.all(
    Array.from({ length: 120 }, async (_, n) => {
      const { handle = '' } = products[n % products.length] ?? {}
      return (await submitCopy(first.url, handle)).id
    }),
  )
  for (const id of ids) expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
  const busy = all.filter((server, n) => server.output().includes('An attempt has ended.', before[n]))
  expect(busy.length).toBeGreaterThan(1)
})

test('a job is watched at one server, and stopped there, while another executes it', async () => {
  const model = models.play(heldModel())
  const [first, second] = await three()
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  const watching = eventsOf(second.url, id)
  await fetch(`${second.url}/jobs/${id}/cancel`, { method: 'POST' })
  await model.abandoned
  expect((await watching).map(({ name }) => name).slice(-2)).toEqual(['job.cancel_requested', 'job.canceled'])
  expect(await finished(first.url, id)).toMatchObject({ status: 'canceled', attempt: 1 })
})

test('a bulk operation that is asked for at one server is carried out', async () => {
  const model = models.play(heldModel())
  const [first, second] = await three()
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  const response = await fetch(`${second.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'cancel', filter: { agent: 'draft-writer' } }),
  })
  expect(response.status).toBe(202)
  expect(await finished(second.url, id)).toMatchObject({ status: 'canceled' })
})

test('of three servers that wake the same schedules, and one that is killed meanwhile, each schedule fires once', async () => {
  models.play(countingModel(0))
  const [first, second, third] = await three()
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
  await kill(first)
  await eachFiredOnce(third.url, ids, at)
  expect(await count()).toBe(60)
})
