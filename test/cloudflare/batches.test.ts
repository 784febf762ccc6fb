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

const AGENT = 'product-copywriter'
const item = (key: string) => ({ key, input: { product: 'linen-apron' }, source: key })

async function ended(id: string): Promise<Shown> {
  let batch = await shown('GET', `/batches/${id}`)
  await eventually(async () => {
    batch = await shown('GET', `/batches/${id}`)
    expect(['completed', 'canceled', 'stopped']).toContain(batch.status)
  })
  return batch
}

describe('a batch on Workers', { timeout: 60_000 }, () => {
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
    const text = await (await ask('GET', `/batches/${id}/results`)).text()
    const results = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; status: string; output: unknown })
    expect(results.map(({ line, status }) => [line, status])).toEqual([
      [1, 'completed'],
      [2, 'failed'],
      [3, 'completed'],
      [4, 'completed'],
      [5, 'failed'],
      [6, 'completed'],
    ])
    expect(results[0]?.output).not.toBeNull()
    await eventually(async () => {
      const { jobs } = await (await ask('GET', `/jobs?batch=${id}&status=completed`)).json<{ jobs: unknown[] }>()
      expect(jobs).toHaveLength(4)
    })
  })
})
