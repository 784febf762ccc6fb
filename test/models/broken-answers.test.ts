import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt, overAll } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

// What has come counts, whatever becomes of its connection, and however it is cut.

const OK = '{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}'
const STREAM = 'data: {"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\n'
const MODEL = { model: 'openai-compatible/x' }

let server: ProviderServer
afterEach(() => server.close())

/** Sends all of `body`, of which the head says that more will come, and breaks off. */
function sendAndBreak(response: ServerResponse, body: string): void {
  response.writeHead(response.statusCode, { 'content-length': '9999' })
  response.write(body, () => response.destroy())
}

describe.each(
  overAll([
    { ...MODEL, isWatched: false },
    { ...MODEL, isWatched: true },
  ]),
)('over $transport, watched: $isWatched, an answer', ({ model, isWatched, ...transport }) => {
  let clock: ManualClock
  beforeEach(() => (clock = new ManualClock()))

  async function asked(answer: (response: ServerResponse) => void): Promise<unknown> {
    server = await startProviderServer(answer)
    const onText = isWatched ? (): void => undefined : undefined
    const options = { signal: new AbortController().signal, onText }
    return modelsAt(server.url, { ...transport, clock }).call(requestOf(model, 'hello'), options)
  }

  test.each([
    ['whole JSON', OK],
    ['a whole stream', STREAM],
  ])('that is %s before its connection breaks is used', async (_, body) => {
    const reply = await asked((response) => {
      sendAndBreak(response, body)
    })
    expect(reply).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
  })

  test.each([
    ['whole JSON', OK],
    ['a whole stream', STREAM],
    ['a whole stream of lines', `{"choices":[{"delta":{}}]}\n${STREAM.slice('data: '.length)}`],
    ['a whole stream with the line ends of a Mac', STREAM.replaceAll('\n', '\r')],
  ])('that is %s whose connection stays open is used after five seconds', async (_, body) => {
    const call = asked((response) => {
      response.write(body)
    })
    while (clock.nextAt() === null) await setImmediate()
    await clock.advance(5000)
    expect(await call).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
    expect(clock.nextAt()).toBeNull()
  })

  test('that refuses does so by its status, whatever becomes of its words', async () => {
    const call = asked((response) => {
      response.statusCode = 401
      sendAndBreak(response, '{"error":{"message":"No such key"}}')
    })
    await expect(call).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('answered 401') as unknown,
    })
  })

  test('that refuses with an event fails the call in the words of the provider', async () => {
    const event = 'id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"code":"insufficient_quota","message":"None left"}\n\n'
    const call = asked((response) => response.writeHead(429).end(event))
    await expect(call).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('answered 429: None left.') as unknown,
    })
  })

  test('that refuses, and whose connection stays open, is used after five seconds', async () => {
    const call = asked((response) => {
      response.writeHead(429).write('{"error":{"message":"Slow down"}}')
    })
    while (clock.nextAt() === null) await setImmediate()
    const advanced = clock.advance(5000)
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining('answered 429: Slow down') as unknown })
    await advanced
  })

  test('of which only a part looks whole is waited for', async () => {
    const [head = '', tail = ''] = OK.split(',"finish')
    let end = (): void => undefined
    const call = asked((response) => {
      response.write(head)
      end = () => response.end(`,"finish${tail}`)
    })
    while (clock.nextAt() === null) await setImmediate()
    await clock.advance(5000)
    end()
    expect(await call).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
  })

  test.each([
    ['whole', OK],
    ['a stream', STREAM],
  ])('that is compressed, and does not say so, is read: %s', async (_, body) => {
    const bytes = gzipSync(body)
    const reply = await asked((response) => {
      response.write(bytes.subarray(0, 20), () => void setImmediate().then(() => response.end(bytes.subarray(20))))
    })
    expect(reply).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
  })

  test('that is cut in its byte order mark is read', async () => {
    const [first, ...rest] = Buffer.from(`\ufeff${STREAM}`)
    const reply = await asked((response) => {
      response.write(Buffer.from([first ?? 0]), () => void setImmediate().then(() => response.end(Buffer.from(rest))))
    })
    expect(reply).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
  })
})

test.each(overAll([MODEL]))('over $transport, an answer of which each piece says that it is the last', async (row) => {
  const { model, ...transport } = row
  const clock = new ManualClock()
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: 'stop' }] })}\n\n`
  let goOn = (): void => undefined
  server = await startProviderServer((response) => {
    response.write(chunk('o'))
    goOn = () => response.write(`${chunk('k')}data: {}\n\n`)
  })
  let said = ''
  const onText = (piece: string): void => void (said += piece)
  const options = { signal: new AbortController().signal, onText }
  const call = modelsAt(server.url, { ...transport, clock }).call(requestOf(model, 'hello'), options)
  while (clock.nextAt() === null) await setImmediate()
  goOn()
  while (said !== 'ok') await setImmediate()
  await clock.advance(5000)
  expect(clock.nextAt()).not.toBeNull()
  await clock.advance(5000)
  expect(await call).toMatchObject({ message: { parts: [{ text: 'ok' }] } })
})
