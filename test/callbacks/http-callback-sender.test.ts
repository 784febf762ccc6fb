import { afterEach, describe, expect, test } from 'vitest'
import { type CallbackFetch, HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { isAllowedHost, problemWithAddress } from '#adapters/callbacks/url-guard.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { AddressNotAllowedError, guardedFetch } from '#adapters/node/http/guarded-fetch.ts'
import { callbackSenderContract, messageTo } from '#test/contracts/callback-sender.contract.ts'
import { type LocalReceiver, startReceiver } from '#test/support/receiver.ts'

const open: LocalReceiver[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receiving(): Promise<LocalReceiver> {
  const receiver = await startReceiver()
  open.push(receiver)
  return receiver
}

function onNode(allowedHosts: readonly string[]): CallbackFetch {
  return guardedFetch({ problemWithAddress, isAllowedHost: (url) => isAllowedHost(url, allowedHosts) })
}

const patient = new AbortController().signal

describe.each([
  { name: 'the guarded fetch of Node', fetchFor: onNode },
  { name: 'a global fetch', fetchFor: (): CallbackFetch => fetch },
])('with $name', ({ fetchFor }) => {
  async function setUp() {
    const receiver = await receiving()
    const allowedHosts = [receiver.host]
    const clock = new ManualClock()
    const sender = new HttpCallbackSender({ fetch: fetchFor(allowedHosts), allowedHosts, clock })
    return { sender, receiver, clock, passTimeout: () => clock.advance(15_000) }
  }

  test.each(callbackSenderContract)('CallbackSender: $name', async ({ run }) => {
    await run(await setUp())
  })

  test('a redirect to another server does not reach it', async () => {
    const { sender, receiver } = await setUp()
    const target = await receiving()
    receiver.behave({ status: 307, location: `${target.url}/stolen` })
    expect(await sender.send(messageTo(receiver.url), patient)).toEqual({ kind: 'answered', status: 307 })
    expect(target.connectedTo).toEqual([])
  })

  test('a receiver that hangs has its 15 seconds, and not less', async () => {
    const { sender, receiver, clock } = await setUp()
    receiver.behave('hang')
    let outcome: unknown = null
    const sent = sender.send(messageTo(receiver.url), patient).then((it) => (outcome = it))
    await receiver.nextCall()
    await clock.advance(14_999)
    expect(outcome).toBeNull()
    await clock.advance(1)
    await sent
    expect(outcome).toEqual({ kind: 'unanswered', reason: 'The receiver did not answer within 15 seconds.' })
  })

  test('after an answer no timer is left, and after a failure neither', async () => {
    const { sender, receiver, clock } = await setUp()
    await sender.send(messageTo(receiver.url), patient)
    expect(clock.nextAt()).toBeNull()
    receiver.behave('close')
    await sender.send(messageTo(receiver.url), patient)
    expect(clock.nextAt()).toBeNull()
  })

  test('an answer that does not end is cut off', async () => {
    const { sender, receiver } = await setUp()
    receiver.behave('endless')
    await sender.send(messageTo(receiver.url), patient)
    await receiver.hungUp
  })

  test('says that a connection was closed, or refused', async () => {
    const { sender, receiver } = await setUp()
    receiver.behave('close')
    expect(await sender.send(messageTo(receiver.url), patient)).toEqual({
      kind: 'unanswered',
      reason: 'The receiver closed the connection without an answer.',
    })
    await Promise.all(open.splice(0).map((it) => it.close()))
    expect(await sender.send(messageTo(receiver.url), patient)).toEqual({
      kind: 'unanswered',
      reason: 'The receiver refused the connection.',
    })
  })
})

describe('what fetch is given and what it says', () => {
  function senderWith(fetch: CallbackFetch): HttpCallbackSender {
    return new HttpCallbackSender({ fetch, allowedHosts: [], clock: new ManualClock() })
  }

  function failingWith(code: string): CallbackFetch {
    const cause = Object.assign(new Error('getaddrinfo db.corp.example 10.1.2.3 v1,c2VjcmV0'), { code })
    return () => Promise.reject(new TypeError('fetch failed: 10.1.2.3', { cause }))
  }

  test('is the URL as it was checked, and no object to be a method of', async () => {
    const seen: unknown[] = []
    const sender = senderWith(function (this: unknown, url) {
      seen.push(this, url)
      return Promise.resolve({ status: 200, body: null })
    })
    await sender.send(messageTo('  https:\\\\Shop.Example.com\\hooks\n'), patient)
    expect(seen).toEqual([undefined, 'https://shop.example.com/hooks'])
  })

  test.each([
    ['ENOTFOUND', 'The host of the callback URL does not lead to a public address.'],
    [new AddressNotAllowedError().code, 'The host of the callback URL does not lead to a public address.'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', "The receiver's TLS certificate cannot be trusted."],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "The receiver's TLS certificate cannot be trusted."],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "The receiver's TLS certificate cannot be trusted."],
    ['EHOSTUNREACH', 'The receiver could not be reached.'],
  ])('%s is told in our own words', async (code, reason) => {
    const sender = senderWith(failingWith(code))
    expect(await sender.send(messageTo('https://shop.example.com/'), patient)).toEqual({ kind: 'unanswered', reason })
  })

  test('an error without a cause is told in our own words, too', async () => {
    const sender = senderWith(() => Promise.reject(new Error('Network connection lost to 10.1.2.3.')))
    const outcome = await sender.send(messageTo('https://shop.example.com/'), patient)
    expect(outcome).toEqual({ kind: 'unanswered', reason: 'The receiver could not be reached.' })
  })

  test('is nothing when the signal has aborted already', async () => {
    let calls = 0
    const sender = senderWith(() => Promise.resolve({ status: 200 + calls++, body: null }))
    await expect(sender.send(messageTo('https://shop.example.com/'), AbortSignal.abort())).rejects.toThrow()
    expect(calls).toBe(0)
  })

  test('a body that cannot be canceled does no harm', async () => {
    const body = { cancel: () => Promise.reject(new Error('Too late.')) }
    const sender = senderWith(() => Promise.resolve({ status: 200, body }))
    const outcome = await sender.send(messageTo('https://shop.example.com/'), patient)
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
  })
})
