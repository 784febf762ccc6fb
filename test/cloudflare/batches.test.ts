import { reset } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'

// Batches by HTTP, in the Worker itself, with the demo model.

afterAll(() => reset())

interface Shown {
  readonly id: string
  readonly status: string
  readonly next: number
  readonly counts: Record<string, number>
}

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'content-type': 'application/json' }
  return exports.default.fetch(new Request(`http://localhost${path}`, { method, headers, ...json }))
}

async function shown(method: string, path: string, body?: unknown): Promise<Shown> {
  const response = await ask(method, path, body)
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return response.json()
}

function upload(id: string, from: number, lines: readonly unknown[]): Promise<Response> {
  const body = lines.map((line) => (typeof line === 'string' ? `${line}\n` : `${JSON.stringify(line)}\n`)).join('')
  const init = { method: 'PUT', headers: { 'content-type': 'application/x-ndjson' }, body }
  return exports.default.fetch(new Request(`http://localhost/batches/${id}/items?from=${String(from)}`, init))
}

const AGENT = 'draft-writer'
const item = (key: string) => ({ key, input: { product: 'linen-apron' }, source: key })

async function ended(id: string): Promise<Shown> {
  let batch = await shown('GET', `/batches/${id}`)
  await eventually(async () => {
    batch = await shown('GET', `/batches/${id}`)
    expect(['completed', 'canceled', 'stopped']).toContain(batch.status)
  })
  return batch
}

describe('a batch on Workers', () => {
  test('takes lines in pieces, does each once, and has the results in order', async () => {
    const { id } = await shown('POST', '/batches', { agent: AGENT, maxConcurrency: 3 })
    expect(await (await upload(id, 0, [item('a'), 'no json', item('b')])).json()).toMatchObject({
      accepted: 2,
      next: 3,
    })
    const elsewhere = await upload(id, 0, [item('c')])
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([409, { code: 'upload_conflict', next: 3 }])
    await upload(id, 3, [item('c'), item('a'), item('d')])
    await shown('POST', `/batches/${id}/close`)
    expect(await ended(id)).toMatchObject({ status: 'completed', next: 6, counts: { completed: 4, failed: 2 } })
    const results = await linesOf(`/batches/${id}/results`)
    expect(results.map(({ line, status }) => [line, status])).toEqual([
      [1, 'completed'],
      [2, 'failed'],
      [3, 'completed'],
      [4, 'completed'],
      [5, 'failed'],
      [6, 'completed'],
    ])
    expect(results[0]?.['output']).not.toBeNull()
    await eventually(async () => {
      const { jobs } = await (await ask('GET', `/jobs?batch=${id}&status=completed`)).json<{ jobs: unknown[] }>()
      expect(jobs).toHaveLength(4)
    })
  })

  test('knows the messages to its callback, and sends again only what there is', async () => {
    const { id } = await shown('POST', '/batches', { agent: AGENT })
    expect(await (await ask('GET', `/batches/${id}/deliveries`)).json()).toEqual({ deliveries: [] })
    const message = `${id.replace('bat_', 'msg_')}_1`
    const refused = await ask('POST', `/batches/${id}/deliveries/${message}/redeliver`)
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'delivery_not_found' }])
    expect(await shown('GET', '/batches?needs=callback')).toEqual({ batches: [] })
  })

  test('skips what an earlier batch has done, and shows the job that did it', async () => {
    const items = [item('same-1'), item('same-2')]
    const body = { agent: AGENT, skipUnchanged: true, items }
    const first = await ended((await shown('POST', '/batches', body)).id)
    expect(first.counts).toMatchObject({ completed: 2 })
    const second = await ended((await shown('POST', '/batches', { ...body, items: [...items, item('new')] })).id)
    expect(second.counts).toMatchObject({ skipped: 2, completed: 1 })
    const [before] = await linesOf(`/batches/${first.id}/results`)
    const [skipped] = await linesOf(`/batches/${second.id}/results`)
    expect(skipped).toMatchObject({ status: 'skipped', jobId: before?.['jobId'] })
    const { batches } = await (await ask('GET', '/batches?page_size=2')).json<{ batches: Shown[] }>()
    expect(batches.map(({ id }) => id)).toEqual([second.id, first.id])
  })

  test('is paused, canceled and followed', async () => {
    const { id } = await shown('POST', '/batches', { agent: AGENT })
    expect((await shown('POST', `/batches/${id}/pause`)).status).toBe('paused')
    await upload(id, 0, [item('p-1'), item('p-2')])
    expect((await shown('GET', `/batches/${id}`)).counts).toMatchObject({ pending: 2, running: 0 })
    await shown('POST', `/batches/${id}/cancel`)
    const events = await (await ask('GET', `/batches/${id}/events`)).text()
    expect(events).toContain('event: progress')
    expect(await ended(id)).toMatchObject({ status: 'canceled', counts: { canceled: 2 } })
    expect((await ask('POST', `/batches/${id}/retry-failed`)).status).toBe(409)
    expect((await upload(id, 2, [item('late')])).status).toBe(409)
    expect((await ask('GET', '/batches/bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB/results')).status).toBe(404)
  })
})

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const text = new TextDecoder().decode(await (await ask('GET', path)).arrayBuffer())
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
