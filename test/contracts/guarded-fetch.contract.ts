import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { isAllowedHost, problemWithAddress } from '#adapters/callbacks/url-guard.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { GuardedFetchOptions, ResolvedAddress, guardedFetch } from '#adapters/node/http/guarded-fetch.ts'
import type { LocalReceiver } from '#test/support/receiver.ts'
import { messageTo } from './callback-sender.contract.ts'
import type { ContractCase } from './contract.ts'

export interface GuardedFetchSubject {
  readonly guardedFetch: typeof guardedFetch
  /** One more server on this machine. */
  readonly receiving: (bind?: string) => Promise<LocalReceiver>
}

/** For `rejects`: that this is what has made the call fail. */
function becauseOf(code: string): (error: unknown) => boolean {
  return (error) => {
    const { cause } = error as { readonly cause?: { readonly code?: string } }
    strictEqual(cause?.code, code)
    return true
  }
}

const REFUSED = becauseOf('ADDRESS_NOT_ALLOWED')

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

const STRICT = { problemWithAddress, isAllowedHost: () => false } satisfies GuardedFetchOptions

/** Takes one address on loopback for a public one. */
function exceptFor(...taken: readonly string[]): (ip: string) => string | null {
  return (ip) => (taken.includes(ip) ? null : problemWithAddress(ip))
}

const LEADS_TO: readonly { readonly name: string; readonly answer: readonly string[] }[] = [
  { name: 'a private address', answer: ['127.0.0.1'] },
  { name: 'a public and a private address', answer: ['8.8.8.8', '127.0.0.1'] },
  { name: 'a private and a public address', answer: ['127.0.0.1', '2606:4700:4700::1111'] },
  { name: 'a mapped address', answer: ['::ffff:127.0.0.1'] },
  { name: 'no address', answer: [] },
]

export const guardedFetchContract: readonly ContractCase<GuardedFetchSubject>[] = [
  ...LEADS_TO.map(({ name, answer }): ContractCase<GuardedFetchSubject> => ({
    name: `a name that leads to ${name} is refused, and no connection is made`,
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const { lookup, asked } = dns(answer)
      for (const scheme of ['http', 'https']) {
        const url = `${scheme}://shop.example.com:${String(receiver.port)}/`
        await rejects(guardedFetch({ ...STRICT, lookup })(url), REFUSED)
      }
      deepStrictEqual(asked, ['shop.example.com', 'shop.example.com'])
      deepStrictEqual(receiver.connectedTo, [])
    },
  })),
  {
    name: 'the sender does not tell what the name has led to',
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const fetch = guardedFetch({ ...STRICT, lookup: dns(['127.0.0.1']).lookup })
      const sender = new HttpCallbackSender({ fetch, allowedHosts: [], clock: new ManualClock() })
      const message = messageTo(`https://shop.example.com:${String(receiver.port)}/`)
      deepStrictEqual(await sender.send(message, new AbortController().signal), {
        kind: 'unanswered',
        reason: 'The host of the callback URL does not lead to a public address.',
      })
      deepStrictEqual(receiver.connectedTo, [])
    },
  },
  {
    name: 'the connection goes to the address that was checked, whatever the name leads to when it is asked again',
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving('0.0.0.0')
      const { lookup, asked } = dns(['127.0.0.1'], ['127.0.0.2'])
      const fetch = guardedFetch({ ...STRICT, lookup, problemWithAddress: exceptFor('127.0.0.1') })
      const url = `http://rebind.example.com:${String(receiver.port)}/`
      strictEqual((await fetch(url)).status, 204)
      strictEqual(asked.length, 1)
      deepStrictEqual(receiver.connectedTo, ['127.0.0.1'])
      await rejects(fetch(url), REFUSED)
      strictEqual(asked.length, 2)
      deepStrictEqual(receiver.connectedTo, ['127.0.0.1'])
    },
  },
  ...['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]'].map((host): ContractCase<GuardedFetchSubject> => ({
    name: `an address in the URL itself is checked: ${host}`,
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const fetch = guardedFetch({ ...STRICT, lookup: dns([]).lookup })
      await rejects(fetch(`http://${host}:${String(receiver.port)}/`), REFUSED)
      deepStrictEqual(receiver.connectedTo, [])
    },
  })),
  {
    name: 'a redirect is checked as well, for whoever follows one',
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const target = await receiving()
      receiver.behave({ status: 307, location: target.url })
      const { lookup } = dns(['127.0.0.9'])
      const allowed = (url: URL): boolean => isAllowedHost(url, [receiver.host])
      await rejects(guardedFetch({ ...STRICT, lookup, isAllowedHost: allowed })(receiver.url), REFUSED)
      strictEqual(receiver.calls.length, 1)
      deepStrictEqual(target.connectedTo, [])
    },
  },
  {
    name: 'an exempt host is called wherever it leads, and only on its port',
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const other = await receiving()
      const exempt = `hooks.internal:${String(receiver.port)}`
      const allowed = (url: URL): boolean => isAllowedHost(url, [exempt])
      const fetch = guardedFetch({ ...STRICT, lookup: dns(['127.0.0.1']).lookup, isAllowedHost: allowed })
      strictEqual((await fetch(`http://${exempt}/`)).status, 204)
      await rejects(fetch(`http://hooks.internal:${String(other.port)}/`), REFUSED)
      deepStrictEqual(other.connectedTo, [])
    },
  },
  {
    name: 'an exempt host on the usual port is recognised',
    async run({ guardedFetch }) {
      const seen: string[] = []
      const isAllowed = (url: URL): boolean => {
        seen.push(url.href)
        return false
      }
      const fetch = guardedFetch({ ...STRICT, lookup: dns([]).lookup, isAllowedHost: isAllowed })
      await rejects(fetch('https://shop.example.com/hooks'), REFUSED)
      await rejects(fetch('http://[::1]/hooks'), REFUSED)
      deepStrictEqual(seen, ['https://shop.example.com/', 'http://[::1]/'])
    },
  },
  {
    name: 'a name that cannot be looked up is told as such',
    async run({ guardedFetch }) {
      const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
      const fetch = guardedFetch({ ...STRICT, lookup: () => Promise.reject(cause) })
      await rejects(fetch('https://shop.example.com/'), becauseOf('ENOTFOUND'))
    },
  },
  {
    name: "the machine's own resolver is asked when no other is given",
    async run({ guardedFetch, receiving }) {
      const receiver = await receiving()
      const url = `http://localhost:${String(receiver.port)}/`
      await rejects(guardedFetch(STRICT)(url), REFUSED)
      deepStrictEqual(receiver.connectedTo, [])
      strictEqual((await guardedFetch({ ...STRICT, isAllowedHost: () => true })(url)).status, 204)
    },
  },
]
