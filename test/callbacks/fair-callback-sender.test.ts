import { describe, expect, test } from 'vitest'
import { FairCallbackSender } from '#adapters/callbacks/fair-callback-sender.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { Pump } from '#adapters/node/engine/pump.ts'
import type { CallbackOutcome } from '#ports/callback-sender.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

const SLOW = 'https://slow.example.com'
const QUICK = 'https://quick.example.com'
const ANSWERED: CallbackOutcome = { kind: 'answered', status: 204 }

/** A sender with eight places, to receivers that answer when they are told to. */
function sending() {
  const clock = new ManualClock(T0)
  const underWay: { readonly url: string; readonly answer: PromiseWithResolvers<CallbackOutcome> }[] = []
  const inner = {
    problemWith: (url: string) => (url.startsWith('https:') ? null : 'Only https.'),
    send: ({ url }: { readonly url: string }) => {
      const answer = Promise.withResolvers<CallbackOutcome>()
      underWay.push({ url, answer })
      return answer.promise
    },
  }
  const sender = new FairCallbackSender(inner, { places: 8, clock })
  const send = (url: string, tenantId = 'acme') =>
    sender.send({ tenantId, url, id: 'msg_1', at: T0, body: '', secrets: [] }, new AbortController().signal)
  const to = (origin: string) => underWay.filter(({ url }) => url.startsWith(origin))
  /** The oldest message to `origin` that is still under way is over. */
  const finish = async (origin: string, error?: Error): Promise<void> => {
    const [first] = to(origin)
    if (!first) throw new Error(`Nothing is under way to ${origin}.`)
    underWay.splice(underWay.indexOf(first), 1)
    if (error) first.answer.reject(error)
    else first.answer.resolve(ANSWERED)
    await clock.advance(0)
  }
  return { clock, sender, send, to, finish }
}

/** Whether one that found no place has been told of one. */
async function crowded(send: Promise<CallbackOutcome>) {
  const outcome = await send
  if (outcome.kind !== 'crowded') throw new Error('Expected no place to be free.')
  const state = { isOver: false }
  void outcome.whenFree().then(() => {
    state.isOver = true
  })
  return state
}

describe('a fair sender', () => {
  test('gives one host a quarter of the places, whatever the ports and paths, and the next one a quarter of the rest', async () => {
    const { send, to } = sending()
    for (const path of ['/a', ':8443/b']) void send(SLOW + path)
    await crowded(send(`${SLOW}:9443/c`))
    await crowded(send(`http://slow.example.com/d`))
    void send(QUICK)
    await crowded(send(QUICK))
    expect([to(SLOW).length, to(QUICK).length]).toEqual([2, 1])
  })

  test('takes the same host for another receiver where another tenant calls it', async () => {
    const { send, to } = sending()
    for (const path of ['/a', '/b']) void send(SLOW + path)
    await crowded(send(`${SLOW}/c`))
    void send(`${SLOW}/d`, 'other')
    await crowded(send(`${SLOW}/e`, 'other'))
    expect(to(SLOW)).toHaveLength(3)
  })

  test('has a place for a receiver that has none, however few are free', () => {
    const { send, to } = sending()
    for (let n = 0; n < 12; n++) void send(`https://r${String(n)}.example.com`)
    expect(to('https://')).toHaveLength(12)
  })

  test('tells as many of those that wait as there is room for, in order, when a message is over, whatever came of it', async () => {
    const { send, to, finish } = sending()
    void send(SLOW)
    const failing = expect(send(SLOW)).rejects.toThrow('stopping')
    const first = await crowded(send(SLOW))
    const second = await crowded(send(SLOW))
    void send(QUICK)
    await finish(QUICK)
    expect(first.isOver).toBe(false)
    await finish(SLOW)
    expect([first.isOver, second.isOver]).toEqual([true, false])
    void send(SLOW)
    await finish(SLOW, new Error('stopping'))
    await failing
    expect(second.isOver).toBe(true)
    void send(SLOW)
    await crowded(send(SLOW))
    expect(to(SLOW)).toHaveLength(2)
  })

  test('tells the next in line after a while when those that were told have not come', async () => {
    const { clock, send, finish } = sending()
    void send(SLOW)
    void send(SLOW)
    const waiting = [await crowded(send(SLOW)), await crowded(send(SLOW)), await crowded(send(SLOW))]
    await finish(SLOW)
    await finish(SLOW)
    expect(waiting.map(({ isOver }) => isOver)).toEqual([true, true, true])
    void send(SLOW)
    void send(SLOW)
    const [told, forgotten] = [await crowded(send(SLOW)), await crowded(send(SLOW))]
    await finish(SLOW)
    expect([told.isOver, forgotten.isOver]).toEqual([true, false])
    await clock.advance(5000)
    expect(forgotten.isOver).toBe(true)
  })

  test('knows of a URL what its sender knows', () => {
    const { sender } = sending()
    expect(sender.problemWith('http://a.example.com')).toBe('Only https.')
    expect(sender.problemWith(SLOW)).toBeNull()
  })
})

test('a pump over it calls a quick receiver at once, behind however many messages to one that hangs', async () => {
  const { clock, send, to, finish } = sending()
  const due = new Map<string, string>()
  for (let n = 0; n < 50; n++) due.set(`slow_${String(n)}`, SLOW)
  for (let n = 0; n < 5; n++) due.set(`quick_${String(n)}`, QUICK)
  const pump = new Pump({
    kind: 'deliver',
    due: {
      due: ({ limit }) => Promise.resolve([...due.keys()].slice(0, limit)),
      tenants: () => Promise.resolve(due.size > 0 ? [{ tenantId: 'acme', isDue: true, nextAt: null }] : []),
      ahead: () => Promise.resolve([]),
    },
    waker: new RecordingWaker(),
    clock,
    logger: silentLogger,
    places: 8,
    execute: async (jobId) => {
      const outcome = await send(due.get(jobId) ?? '')
      if (outcome.kind === 'answered') due.delete(jobId)
      return outcome
    },
  })
  pump.start()
  for (let n = 0; n < 5; n++) {
    await clock.advance(0)
    await finish(QUICK)
  }
  expect([...due.values()].filter((origin) => origin === QUICK)).toEqual([])
  expect(to(SLOW)).toHaveLength(2)
  for (let n = 0; n < 50; n++) await finish(SLOW)
  expect(due.size).toBe(0)
  due.set('slow_49', SLOW)
  await clock.advance(30_000)
  await finish(SLOW)
  expect(due.size).toBe(0)
})
