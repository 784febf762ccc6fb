import { ErrandClient } from '#adapters/client/errand-client.ts'
import { defineAgent } from '#domain/agent/agent.ts'
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
  /** Method and path of every request, in order. */
  readonly asked: string[]
  readonly slept: number[]
}

/** A client of the real application, over a network that `through` can disturb. */
export function scene(
  model: ListedModel,
  { through = (send: Fetch): Fetch => send, apiKey }: { through?: (send: Fetch) => Fetch; apiKey?: string } = {},
): Scene {
  const app = testApp([writer, sender], model)
  const asked: string[] = []
  const slept: number[] = []
  const send = through((url, init) => app.http.request(url, init))
  const client = new ErrandClient({
    baseUrl: 'http://localhost/',
    ...(apiKey !== undefined && { apiKey }),
    fetch: (url, init) => {
      asked.push(`${init.method ?? ''} ${new URL(url).pathname}`)
      return send(url, init)
    },
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
  })
  return { app, client, asked, slept }
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
