import { ErrandClient } from '#adapters/client/errand-client.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { ListedModel } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] })

const send = counter('send', { effect: 'once' })
const sender = defineAgent({ name: 'sender', instructions: '', tools: [send.tool] })

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Scene {
  readonly app: TestApp
  readonly client: ErrandClient
  /** The client's own, on which its rests pass at once and nothing else does. */
  readonly clock: ManualClock
  /** Method and path of every request, in order. */
  readonly asked: string[]
  readonly slept: number[]
}

export interface SceneOptions {
  readonly through?: (send: Fetch, clock: ManualClock) => Fetch
  readonly apiKey?: string
  readonly patienceMs?: number
  readonly webhooks?: readonly Webhook[]
}

/** A client of the real application, over a network that `through` can disturb. */
export function scene(model: ListedModel, options: SceneOptions = {}): Scene {
  const { through = (send) => send, apiKey, patienceMs, webhooks = [] } = options
  const app = testApp([writer, sender], model, { webhooks })
  const clock = new ManualClock()
  const asked: string[] = []
  const slept: number[] = []
  const send = through((url, init) => app.http.request(url, init), clock)
  const client = new ErrandClient({
    baseUrl: 'http://localhost/',
    ...(apiKey !== undefined && { apiKey }),
    ...(patienceMs !== undefined && { patienceMs }),
    clock,
    fetch: (url, init) => {
      asked.push(`${init.method ?? ''} ${new URL(url).pathname}`)
      return send(url, init)
    },
    sleep: async (ms, signal) => {
      slept.push(ms)
      await clock.advance(ms)
      signal?.throwIfAborted()
    },
  })
  return { app, client, clock, asked, slept }
}

/** Fails in place of the first answers; a number is the status of an answer that is none of ours. */
export function failing(...failures: readonly ('network' | number | Response)[]): (send: Fetch) => Fetch {
  const rest = [...failures]
  return (send) => async (url, init) => {
    const failure = rest.shift()
    if (failure === 'network') throw new TypeError('fetch failed')
    if (typeof failure === 'number') return new Response('busy', { status: failure })
    return failure ?? send(url, init)
  }
}

export async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}
