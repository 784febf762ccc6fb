import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { plainFetch } from '#adapters/node/http/plain-fetch.ts'

/** A server on loopback that repeats what it got, and what it was asked. */
async function echo() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    void text(request).then((body) => {
      if (request.url === '/hangs') return response.writeHead(200).write('half')
      const status = Number(request.url?.slice(1))
      return response.writeHead(status, { location: '/200' }).end(status === 204 ? '' : body)
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const root = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const post = (path: string, signal = new AbortController().signal) =>
    plainFetch(`${root}${path}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'sent', signal })
  return { asked, post }
}

test('sends the body, and gives the answer', async () => {
  const { post } = await echo()
  const answer = await post('/200')
  expect([answer.status, await answer.text()]).toEqual([200, 'sent'])
  expect((await post('/204')).body).toBeNull()
})

test('follows no redirect', async () => {
  const { asked, post } = await echo()
  expect((await post('/307')).status).toBe(307)
  expect(asked).toEqual(['/307'])
})

test('ends an answer that hangs when it is not wanted any more', async () => {
  const { post } = await echo()
  const end = new AbortController()
  const answer = await post('/hangs', end.signal)
  const read = answer.text()
  end.abort()
  await expect(read).rejects.toThrow()
})
