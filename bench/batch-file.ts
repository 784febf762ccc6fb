import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { ask } from './load.ts'

const LINES_AT_ONCE = 100

/** NDJSON whose items have keys, and inputs to which the model answers at once. */
export async function writeLines(file: string, lines: number, bytes: number): Promise<void> {
  const chunks = function* (): Generator<string> {
    for (let first = 0; first < lines; first += LINES_AT_ONCE) {
      const some = Array.from({ length: Math.min(LINES_AT_ONCE, lines - first) }, (_, index) => {
        const tag = String(first + index + 1)
        const input = { say: `Only answer. tag ${tag}`, text: 'x'.repeat(Math.max(0, bytes - 80)) }
        return `${JSON.stringify({ key: `sku-${tag}`, input })}\n`
      })
      yield some.join('')
    }
  }
  await pipeline(Readable.from(chunks()), createWriteStream(file))
}

/** Of a batch that skips what has not changed. */
export function createBatch(url: string, window: number): Promise<{ readonly id: string }> {
  return ask('POST', `${url}/batches`, { agent: 'bench', maxConcurrency: window, skipUnchanged: true })
}

export interface BatchState {
  readonly next: number
  readonly ended: number
}

export async function stateOf(url: string, id: string): Promise<BatchState> {
  interface Shown {
    readonly next: number
    readonly counts: Readonly<Record<string, number>>
  }
  const { next, counts } = await ask<Shown>('GET', `${url}/batches/${id}`)
  const { pending = 0, running = 0 } = counts
  return { next, ended: next - pending - running }
}

/** What the results of a batch say. */
export interface Outcome {
  readonly items: number
  /** Different ones; of skipped items, those that did their work. */
  readonly jobs: number
  readonly keys: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly isInOrder: boolean
}

export async function outcomeOf(url: string, id: string): Promise<Outcome> {
  const jobs = new Set<string>()
  const keys = new Set<string>()
  const byStatus: Record<string, number> = {}
  let items = 0
  let isInOrder = true
  for await (const { line, key, jobId, status } of new ErrandClient({ baseUrl: url }).batches.results(id)) {
    isInOrder &&= line === ++items
    if (jobId !== null) jobs.add(jobId)
    if (key !== null) keys.add(key)
    byStatus[status] = (byStatus[status] ?? 0) + 1
  }
  return { items, jobs: jobs.size, keys: keys.size, byStatus, isInOrder }
}
