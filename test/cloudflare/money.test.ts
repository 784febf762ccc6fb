import { reset } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'

// What calls cost, by HTTP, in the Worker itself. The demo model has a price in `wrangler.toml`.

afterAll(() => reset())

interface Used {
  readonly inputTokens: number
  readonly outputTokens: number
}

interface Priced {
  readonly id: string
  readonly costMicros: number | null
  readonly unpricedCalls: number
}

const INPUT = { product: 'linen-apron' }
const AGENT = 'product-copywriter'

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await exports.default.fetch(`http://localhost${path}`, body === undefined ? {} : init)
  return response.json()
}

function priceOf({ inputTokens, outputTokens }: Used): number {
  return inputTokens * 2 + outputTokens * 10
}

test('a job shows its exact cost in its receipt and in the index', async () => {
  const { id } = await ask<Priced>('/jobs', { agent: AGENT, input: INPUT })
  interface Shown {
    readonly receipt: Priced & { readonly usage: { readonly answered: Used } }
  }
  const { receipt } = await ask<Shown>(`/jobs/${id}?wait=20`)
  expect(receipt).toMatchObject({ costMicros: priceOf(receipt.usage.answered), unpricedCalls: 0 })
  expect(receipt.costMicros).toBeGreaterThan(0)
  await eventually(async () => {
    const { jobs } = await ask<{ jobs: readonly Priced[] }>('/jobs')
    expect(jobs[0]).toMatchObject({ id, costMicros: receipt.costMicros, unpricedCalls: 0 })
  })
})

test('runs are in the sums of usage, also one whose client hangs up', async () => {
  interface Report {
    readonly total: { readonly runs: Omit<Priced, 'id'> & { readonly count: number } }
  }
  const { costMicros } = await ask<Priced>('/run', { agent: 'draft-writer', input: INPUT })
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const body = JSON.stringify({ agent: 'draft-writer', input: INPUT })
  const left = await exports.default.fetch('http://localhost/run', { method: 'POST', headers, body })
  const reader = left.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await eventually(async () => {
    const { runs } = (await ask<Report>('/usage')).total
    expect(runs).toMatchObject({ count: 2, unpricedCalls: 0 })
    expect(runs.costMicros).toBeGreaterThanOrEqual(costMicros ?? Infinity)
  })
})

test('a batch shows what its jobs have cost', async () => {
  const items = ['a', 'b', 'c'].map((key) => ({ key, input: INPUT }))
  const { id } = await ask<Priced>('/batches', { agent: AGENT, items })
  await eventually(async () => {
    const batch = await ask<Priced & { readonly status: string; readonly usage: Used }>(`/batches/${id}`)
    expect(batch).toMatchObject({ status: 'completed', costMicros: priceOf(batch.usage), unpricedCalls: 0 })
    expect(batch.costMicros).toBeGreaterThan(0)
  })
})
