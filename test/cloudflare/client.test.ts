import { reset } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signatureHeaders } from '#adapters/callbacks/signature.ts'
import { verifyCallback } from '#adapters/client/callback.ts'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { eventually } from '#test/support/eventually.ts'

// The client in the runtime that it is for, too, and in front of it the Worker itself.

afterAll(() => reset())

interface Network {
  /** Requests that were sent. */
  asked: number
  /** How many of those that follow come to nothing. */
  away: number
  /** After how many bytes the next stream breaks off. */
  cut: number | null
}

let network: Network

beforeEach(() => {
  network = { asked: 0, away: 0, cut: null }
  vi.stubGlobal('fetch', async function (this: unknown, url: string, init: RequestInit): Promise<Response> {
    // The real one refuses to be the method of anything else.
    if (this !== undefined && this !== globalThis) throw new Error('Illegal invocation')
    network.asked++
    if (network.away > 0) {
      network.away--
      throw new TypeError('Network connection lost.')
    }
    const response = await exports.default.fetch(new Request(url, init))
    const { cut } = network
    if (cut === null || !url.includes('/events')) return response
    network.cut = null
    network.away = 7
    return new Response(broken(await response.text(), cut), response)
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
})

function broken(text: string, cut: number): ReadableStream<Uint8Array> {
  let isSaid = false
  return new ReadableStream({
    pull(controller) {
      if (isSaid) controller.error(new TypeError('Network connection lost.'))
      else controller.enqueue(new TextEncoder().encode(text.slice(0, cut)))
      isSaid = true
    },
  })
}

function clientOf(): ErrandClient {
  return new ErrandClient({ baseUrl: 'http://localhost', sleep: () => Promise.resolve() })
}

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}

const REQUEST = { agent: 'draft-writer', input: { product: 'enamel-mug' } }

describe('the client inside workerd', () => {
  test('submits, waits, follows, lists, cancels, retries and deletes', async () => {
    const client = clientOf()
    const { id } = await client.submit({ ...REQUEST, tags: ['client'] })
    const events = await collect(client.events(id))
    const numbered = events.filter((event) => event.id !== null)
    expect(numbered.map((event) => event.id)).toEqual(numbered.map((_event, index) => index + 1))
    expect(events.at(-1)?.event).toBe('job.completed')
    expect((await client.wait(id)).report?.toolCalls).toHaveLength(3)
    await eventually(async () => {
      expect(await collect(client.list({ tag: 'client', status: 'completed' }))).toMatchObject([{ id }])
    })
    expect(await client.cancel(id).catch((error: unknown) => error)).toMatchObject({
      code: 'job_finished',
      status: 409,
    })
    expect(await client.retry(id).catch((error: unknown) => error)).toMatchObject({ code: 'job_not_retryable' })
    await client.delete(id)
    expect(await client.get(id).catch((error: unknown) => error)).toMatchObject({ code: 'job_not_found' })
  })

  test.each([0, 150, 700])('loses and repeats no event when the network is away after %i bytes', async (cut) => {
    const client = clientOf()
    const { id } = await client.submit(REQUEST)
    expect((await client.wait(id)).status).toBe('completed')
    const whole = await collect(client.events(id))
    network = { ...network, asked: 0, cut }
    expect(await collect(client.events(id))).toEqual(whole)
    expect(network.asked).toBe(9)
  })

  test('streams a run to its report, and is told at once where nobody answers', async () => {
    const events = await collect(clientOf().runStream(REQUEST.agent, REQUEST.input))
    expect(events.at(-1)?.event).toBe('report')
    network.away = 1000
    expect(
      await clientOf()
        .wait('job_1')
        .catch((error: unknown) => error),
    ).toMatchObject({ code: 'network' })
    expect(network.away).toBe(995)
  })

  test('ends for a caller who leaves in the middle', async () => {
    const client = clientOf()
    const { id } = await client.submit(REQUEST)
    const stop = new AbortController()
    const follow = async (): Promise<void> => {
      for await (const { event } of client.events(id, { signal: stop.signal })) {
        expect(event).toBe('job.submitted')
        stop.abort(new Error('enough'))
      }
    }
    await expect(follow()).rejects.toThrow('enough')
    expect((await client.wait(id)).status).toBe('completed')
  })

  test('verifies a callback', async () => {
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
    const body = '{"type":"job.completed","data":{"jobId":"job_1"}}'
    const message = { tenantId: 'acme', id: 'msg_1', at: Date.now(), body, secrets, url: 'https://shop.example.com/' }
    const headers = new Headers(await signatureHeaders(message))
    expect(await verifyCallback({ body, headers, secrets })).toMatchObject({ data: { jobId: 'job_1' } })
    const forged = async () => verifyCallback({ body: body.replace('job_1', 'job_2'), headers, secrets })
    await expect(forged()).rejects.toThrow('No signature fits.')
  })
})
