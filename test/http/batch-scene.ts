import { expect } from 'vitest'
import * as z from 'zod'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { Models } from '#ports/model.ts'
import { answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const writer = defineAgent({ name: 'writer', instructions: '', input: z.object({ sku: z.string() }) })

/** Says what it was asked; fails, or is cut off, for inputs that ask for it. */
const ECHO: Models = {
  check: () => undefined,
  call: ({ messages }) => {
    const asked = JSON.stringify(messages)
    if (asked.includes('broken')) throw new ModelError('The model is broken.', { retryable: false })
    const finishReason = asked.includes('endless') ? 'length' : 'stop'
    return Promise.resolve({ ...answer(`done ${/sku-\d+/.exec(asked)?.[0] ?? ''}`), finishReason })
  },
}

export interface BatchBody {
  readonly id: string
  readonly status: string
  readonly next: number
  readonly counts: Record<string, number>
}

export function line(sku: string, more: object = {}): string {
  return `${JSON.stringify({ key: sku, input: { sku }, ...more })}\n`
}

export function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => line(`sku-${String(index + 1)}`)).join('')
}

interface Work {
  readonly agent: Agent
  readonly models: Models
}

export async function scene(options: TestAppOptions = {}, { agent, models }: Work = { agent: writer, models: ECHO }) {
  const app = testApp([agent], models, options)
  const create = async (fields: object = {}): Promise<BatchBody> => {
    const response = await app.post('/batches', { agent: 'writer', ...fields })
    expect(response.status).toBe(201)
    return (await response.json()) as BatchBody
  }
  const upload = (id: string, from: number, body: string) =>
    app.http.request(`/batches/${id}/items?from=${String(from)}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    })
  return { app, create, upload, ...(await Promise.resolve(asking(app))) }
}

function asking(app: TestApp) {
  const json = async (path: string) => (await (await app.http.request(path)).json()) as never
  const get = (id: string): Promise<BatchBody> => json(`/batches/${id}`)
  const post = async (id: string, action: string) => {
    const response = await app.post(`/batches/${id}/${action}`, '')
    return { status: response.status, body: (await response.json()) as BatchBody & { code?: string } }
  }
  const running = async (id: string): Promise<readonly string[]> => {
    const { items } = (await json(`/batches/${id}/items?status=running`)) as { items: { jobId: string }[] }
    return items.map(({ jobId }) => jobId)
  }
  /** Executes jobs until none is left to be, and then wakes the batch. */
  const workOff = async (id: string): Promise<number> => {
    let most = 0
    await app.batches.rest()
    for (let jobs = await running(id); jobs.length > 0; jobs = await running(id)) {
      most = Math.max(most, jobs.length)
      for (const jobId of jobs) await app.execute(jobId)
      await app.batches.rest()
    }
    await app.batches.wake(id)
    return most
  }
  const results = async (id: string, query = ''): Promise<Record<string, unknown>[]> => {
    const text = await (await app.http.request(`/batches/${id}/results${query}`)).text()
    return text
      .split('\n')
      .filter(Boolean)
      .map((one) => JSON.parse(one) as Record<string, unknown>)
  }
  return { json, get, post, running, workOff, results }
}
