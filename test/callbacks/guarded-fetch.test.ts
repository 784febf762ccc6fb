import { afterEach, expect, test } from 'vitest'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { isAllowedHost, problemWithAddress } from '#adapters/callbacks/url-guard.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { type GuardedFetchOptions, type ResolvedAddress, guardedFetch } from '#adapters/node/guarded-fetch.ts'
import { messageTo } from '#test/contracts/callback-sender.contract.ts'
import { type LocalReceiver, startReceiver } from './receiver.ts'

const open: LocalReceiver[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receiving(bind?: string): Promise<LocalReceiver> {
  const receiver = await startReceiver(bind)
  open.push(receiver)
  return receiver
}

const REFUSED = { cause: { code: 'ADDRESS_NOT_ALLOWED' } }

/** A name server that gives its answers in turn, and the last one from then on. */
function dns(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const lookup = (hostname: string): Promise<readonly ResolvedAddress[]> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  }
  return { asked, lookup }
}

function guarded(options: Partial<GuardedFetchOptions>) {
  return guardedFetch({ problemWithAddress, isAllowedHost: () => false, ...options })
}

/** Takes one address on loopback for a public one. */
function exceptFor(...taken: readonly string[]): (ip: string) => string | null {
  return (ip) => (taken.includes(ip) ? null : problemWithAddress(ip))
}

test.each([
  { name: 'a private address', answer: ['127.0.0.1'] },
  { name: 'a public and a private address', answer: ['8.8.8.8', '127.0.0.1'] },
  { name: 'a private and a public address', answer: ['127.0.0.1', '2606:4700:4700::1111'] },
  { name: 'a mapped address', answer: ['::ffff:127.0.0.1'] },
  { name: 'no address', answer: [] },
])('a name that leads to $name is refused, and no connection is made', async ({ answer }) => {
  const receiver = await receiving()
  const { lookup, asked } = dns(answer)
  for (const scheme of ['http', 'https']) {
    const url = `${scheme}://shop.example.com:${String(receiver.port)}/`
    await expect(guarded({ lookup })(url)).rejects.toMatchObject(REFUSED)
  }
  expect(asked).toEqual(['shop.example.com', 'shop.example.com'])
  expect(receiver.connectedTo).toEqual([])
})

test('the sender does not tell what the name has led to', async () => {
  const receiver = await receiving()
  const fetch = guarded({ lookup: dns(['127.0.0.1']).lookup })
  const sender = new HttpCallbackSender({ fetch, allowedHosts: [], clock: new ManualClock() })
  const message = messageTo(`https://shop.example.com:${String(receiver.port)}/`)
  expect(await sender.send(message, new AbortController().signal)).toEqual({
    kind: 'unanswered',
    reason: 'The host of the callback URL does not lead to a public address.',
  })
  expect(receiver.connectedTo).toEqual([])
})

test('the connection goes to the address that was checked, whatever the name leads to when it is asked again', async () => {
  const receiver = await receiving('0.0.0.0')
  const { lookup, asked } = dns(['127.0.0.1'], ['127.0.0.2'])
  const fetch = guarded({ lookup, problemWithAddress: exceptFor('127.0.0.1') })
  const url = `http://rebind.example.com:${String(receiver.port)}/`
  expect((await fetch(url)).status).toBe(204)
  expect(asked).toHaveLength(1)
  expect(receiver.connectedTo).toEqual(['127.0.0.1'])
  await expect(fetch(url)).rejects.toMatchObject(REFUSED)
  expect(asked).toHaveLength(2)
  expect(receiver.connectedTo).toEqual(['127.0.0.1'])
})

test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]'])('an address in the URL itself is checked: %s', async (host) => {
  const receiver = await receiving()
  const fetch = guarded({ lookup: dns([]).lookup })
  await expect(fetch(`http://${host}:${String(receiver.port)}/`)).rejects.toMatchObject(REFUSED)
  expect(receiver.connectedTo).toEqual([])
})

test('a redirect is checked as well, for whoever follows one', async () => {
  const receiver = await receiving()
  const target = await receiving()
  receiver.behave({ status: 307, location: target.url })
  const { lookup } = dns(['127.0.0.9'])
  const allowed = (url: URL): boolean => isAllowedHost(url, [receiver.host])
  await expect(guarded({ lookup, isAllowedHost: allowed })(receiver.url)).rejects.toMatchObject(REFUSED)
  expect(receiver.calls).toHaveLength(1)
  expect(target.connectedTo).toEqual([])
})

test('an exempt host is called wherever it leads, and only on its port', async () => {
  const receiver = await receiving()
  const other = await receiving()
  const exempt = `hooks.internal:${String(receiver.port)}`
  const fetch = guarded({ lookup: dns(['127.0.0.1']).lookup, isAllowedHost: (url) => isAllowedHost(url, [exempt]) })
  expect((await fetch(`http://${exempt}/`)).status).toBe(204)
  await expect(fetch(`http://hooks.internal:${String(other.port)}/`)).rejects.toMatchObject(REFUSED)
  expect(other.connectedTo).toEqual([])
})

test('an exempt host on the usual port is recognised', async () => {
  const seen: string[] = []
  const isAllowed = (url: URL): boolean => {
    seen.push(url.href)
    return false
  }
  const fetch = guarded({ lookup: dns([]).lookup, isAllowedHost: isAllowed })
  await expect(fetch('https://shop.example.com/hooks')).rejects.toMatchObject(REFUSED)
  await expect(fetch('http://[::1]/hooks')).rejects.toMatchObject(REFUSED)
  expect(seen).toEqual(['https://shop.example.com/', 'http://[::1]/'])
})

test('a name that cannot be looked up is told as such', async () => {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
  const fetch = guarded({ lookup: () => Promise.reject(cause) })
  await expect(fetch('https://shop.example.com/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
})

test("Node's own resolver is asked when no other is given", async () => {
  const receiver = await receiving()
  const url = `http://localhost:${String(receiver.port)}/`
  await expect(guarded({})(url)).rejects.toMatchObject(REFUSED)
  expect(receiver.connectedTo).toEqual([])
  expect((await guarded({ isAllowedHost: () => true })(url)).status).toBe(204)
})
