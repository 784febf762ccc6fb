import { expect, test } from 'vitest'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { submit } from '#domain/webhook/action.ts'
import { OVERLAP_MS } from '#domain/webhook/sweep.ts'
import type { FoundEvents, Gap } from '#domain/webhook/missed.ts'
import { type WebhookDefinition, defineWebhook } from '#domain/webhook/webhook.ts'
import { T0 } from '#test/support/fixtures.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { event, noise, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'

const EVERY_S = 900
const EVERY_MS = EVERY_S * 1000
const DAY_MS = 86_400_000

type Find = (gap: Gap) => FoundEvents | Promise<FoundEvents>

async function scene(find: Find, definition: Partial<WebhookDefinition> = {}) {
  const { db, ready } = testDatabase()
  await ready
  const log = new SqlWebhookLog(db)
  const clock = new ManualClock(T0)
  const asked: Omit<Gap, 'signal'>[] = []
  const webhook = openWebhook({
    handle: ({ payload }) => [submit('writer', payload)],
    missed: {
      everySeconds: EVERY_S,
      find: async ({ signal, ...gap }) => (asked.push(gap), await find({ ...gap, signal })),
    },
    ...definition,
  })
  const made = webhookScene({ log, webhook, clock })
  const sweep = () => log.sweep(made.key)
  // As a server does: it looks first when it starts, and then when it is time.
  expect(await made.tend()).toBe(T0 + EVERY_MS)
  const later = (ms = EVERY_MS) => clock.advance(ms).then(() => made.tend())
  return { ...made, log, asked, sweep, later }
}

const nothing = (): undefined => undefined
const two = [event({ eventId: 'e-1', payload: { id: 1 } }), event({ eventId: 'e-2', payload: { id: 2 } })]

test('an event that was not delivered is handled like one that was, and the log says that it was found', async () => {
  const { later, receive, inputs, events, sweep } = await scene(() => ({ events: two }))
  await receive(event({ eventId: 'e-1', payload: { id: 1 } }))
  await later()
  expect(await inputs()).toHaveLength(2)
  const found = (await events()).find(({ eventId }) => eventId === 'e-2')
  expect(found).toMatchObject({ outcome: 'done', foundBy: 'sweep', deliveries: 0 })
  expect(await sweep()).toMatchObject({ found: 1, failure: null, underWay: null })
})

test('what was found, or delivered, is not handled again by a later look, nor by a late delivery', async () => {
  const { later, receive, inputs, events } = await scene(() => ({ events: two }))
  await later()
  await later()
  expect((await receive(event({ eventId: 'e-2', payload: { id: 2 } }))).isDuplicate).toBe(true)
  expect(await inputs()).toHaveLength(2)
  expect((await events()).map(({ eventId, deliveries }) => [eventId, deliveries]).toSorted()).toEqual([
    ['e-1', 0],
    ['e-2', 1],
  ])
})

test('`identity` makes a found event the delivered one, where the API does not know the id of deliveries', async () => {
  const found = event({ eventId: 'gid://shop/Order/1' })
  const identity = ({ payload }: { payload: Record<string, unknown> }): string => `order ${String(payload['id'])}`
  const { later, receive, inputs } = await scene(() => ({ events: [found] }), { identity })
  await receive(event({ eventId: 'a-uuid' }))
  await later()
  expect(await inputs()).toHaveLength(1)
})

test('each look begins a little before the end of the last one, and never before the first', async () => {
  const { later, asked } = await scene(() => ({ events: [] }))
  await later()
  await later(4 * EVERY_MS)
  await later(DAY_MS * 30)
  expect(asked).toEqual([
    { sinceAt: T0, page: null },
    { sinceAt: T0 + EVERY_MS - OVERLAP_MS, page: null },
    { sinceAt: T0 + 5 * EVERY_MS + DAY_MS * 23, page: null },
  ])
})

test('a look goes on page by page, each in a wake of its own, and ends where it began in time', async () => {
  const [first, second] = two.map((found) => ({ events: [found] }))
  const { later, tend, asked, sweep, inputs } = await scene(({ page }) =>
    page === null ? { events: [], ...first, next: 'second' } : { events: [], ...second },
  )
  expect(await later()).toBe(T0 + EVERY_MS)
  expect(await sweep()).toMatchObject({ sweptUntil: T0, underWay: { page: 'second' } })
  expect(await tend()).toBe(T0 + 2 * EVERY_MS)
  expect(asked.map(({ page }) => page)).toEqual([null, 'second'])
  expect(await sweep()).toMatchObject({ sweptUntil: T0 + EVERY_MS, underWay: null, found: 2 })
  expect(await inputs()).toHaveLength(2)
})

test('a look that fails moves nothing, says why, and is tried again from its first page', async () => {
  let fails = false
  const { later, asked, sweep, logger } = await scene(({ page }) => {
    if (fails) throw new Error('the cursor has expired')
    return { events: [], ...(page === null && { next: 'second' }) }
  })
  await later()
  fails = true
  expect(await later(0)).toBe(T0 + EVERY_MS + 60_000)
  const failure = { at: T0 + EVERY_MS, reason: 'the cursor has expired', tries: 1 }
  expect(await sweep()).toMatchObject({ sweptUntil: T0, underWay: null, failure })
  expect(logger.lines.at(-1)?.message).toMatch(/^Missed events .* could not be looked for/)
  expect(await later(60_000)).toBe(T0 + EVERY_MS + 60_000 + 120_000)
  fails = false
  await later(120_000)
  expect(asked.at(-1)).toEqual({ sinceAt: T0, page: null })
  expect(await sweep()).toMatchObject({ failure: null })
})

test.each([
  ['no object', null, 'find must return { events, next? }'],
  [
    'too many',
    { events: Array.from({ length: 101 }, () => event()) },
    'find returned more than 100 events; return a page at a time',
  ],
  [
    'no event',
    { events: [event(), { topic: 'orders/create' }] },
    'entry 2 of what find returned: its event id must have 1 to 512 characters, and no NUL',
  ],
  [
    'a topic that cannot be stored',
    { events: [event({ topic: 'orders\0' })] },
    'entry 1 of what find returned: its topic must have 1 to 256 characters, and no NUL',
  ],
  [
    'a time that cannot be shown',
    { events: [event({ occurredAt: 1e300 })] },
    'entry 1 of what find returned: its occurredAt must be a time in milliseconds',
  ],
  [
    'no payload',
    { events: [{ ...event(), payload: 'x' }] },
    'entry 1 of what find returned: its payload must be an object',
  ],
])('what find returns is checked: %s', async (_what, returned, reason) => {
  const { later, sweep, inputs } = await scene(() => returned as never)
  await later()
  expect(await sweep()).toMatchObject({ failure: { reason }, sweptUntil: T0 })
  expect(await inputs()).toEqual([])
})

test('a look that hangs is given up after thirty seconds, and its signal aborts', async () => {
  const aborted = Promise.withResolvers<unknown>()
  const begun = Promise.withResolvers<undefined>()
  const { clock, tend, sweep } = await scene(({ signal }) => {
    signal.addEventListener('abort', aborted.resolve)
    begun.resolve(undefined)
    return new Promise(() => undefined)
  })
  await clock.advance(EVERY_MS)
  const tending = tend()
  await begun.promise
  await clock.advance(30_000)
  await tending
  await aborted.promise
  expect(await sweep()).toMatchObject({ failure: { reason: 'find gave no answer within 30 s' } })
})

test('a look without an end is given up', async () => {
  const { later, tend, sweep, asked } = await scene(() => ({ events: [], next: 'again' }))
  await later()
  for (let page = 0; page < 1000; page++) await tend()
  expect(asked).toHaveLength(1000)
  expect((await sweep())?.failure?.reason).toBe('find has returned 1000 pages and no end')
})

test('a handler that fails for one event keeps no other from being handled', async () => {
  const handle: WebhookDefinition['handle'] = ({ payload }) => {
    if (payload['id'] === 1) throw new Error('no such field')
    return [submit('writer', payload)]
  }
  const { later, inputs, events, sweep } = await scene(() => ({ events: two }), { handle })
  await later()
  expect(await inputs()).toEqual([{ id: 2 }])
  expect((await events()).map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'handler_failed'])
  expect(await sweep()).toMatchObject({ failure: null, found: 2 })
})

test('an event that is too large to be kept is tried again by a look that finds it, until it is handled', async () => {
  let fails = true
  const handle: WebhookDefinition['handle'] = () => {
    if (fails) throw new Error('no such field')
    return [submit('writer', 'a')]
  }
  const large = event({ payload: { noise: noise() } })
  const { later, inputs, events } = await scene(() => ({ events: [large] }), { handle })
  await later()
  fails = false
  await later()
  await later()
  expect(await inputs()).toEqual(['a'])
  expect(await events()).toMatchObject([{ outcome: 'done', foundBy: 'sweep', tries: 1 }])
})

test('a webhook without `missed` keeps for seven days how far was looked, so that a faulty deploy loses nothing', async () => {
  const { log, key, clock, later, asked } = await scene(() => ({ events: [] }))
  const without = webhookScene({ log, webhook: openWebhook({}), clock })
  // Another tenant has taken its name.
  const find = () => Promise.resolve({ events: two })
  const theirs = openWebhook({ tenant: 'acme', missed: { everySeconds: EVERY_S, find } })
  const taken = webhookScene({ log, webhook: openWebhook({}), declared: [theirs], clock })
  for (const { tend } of [without, taken]) expect(await tend()).toBe(T0 + 3_600_000)
  await later(2 * DAY_MS)
  expect(asked).toEqual([{ sinceAt: T0, page: null }])
  await clock.advance(7 * DAY_MS)
  expect(await without.tend()).toBeNull()
  expect(await log.sweep(key)).toBeNull()
})

test('what has happened before the gap is left out, though its sender lists it as changed', async () => {
  const before = event({ eventId: 'old', occurredAt: T0 - 1 })
  const { later, inputs, sweep } = await scene(() => ({
    events: [before, event({ occurredAt: T0, payload: { id: 2 } })],
  }))
  await later()
  expect(await inputs()).toEqual([{ id: 2 }])
  expect(await sweep()).toMatchObject({ found: 1, failure: null })
})

test('an event whose identity cannot be told keeps no other from being handled', async () => {
  const identity = ({ payload }: { payload: Record<string, unknown> }): string => {
    if (payload['id'] === 1) throw new Error('no such field')
    return String(payload['id'])
  }
  const { later, inputs, sweep, logger } = await scene(() => ({ events: two }), { identity })
  await later()
  expect(await inputs()).toEqual([{ id: 2 }])
  expect(await sweep()).toMatchObject({ found: 1, failure: null })
  const said = 'An event that was found has no identity, so it was left out.'
  expect(logger.lines.map(({ message }) => message)).toContain(said)
})

test.each([
  [{ everySeconds: 59, find: nothing }, 'everySeconds must be a whole number from 60 to 86400'],
  [{ find: nothing }, 'everySeconds is missing'],
  [{ everySeconds: 60, seek: nothing }, 'there is no field "seek". The fields are everySeconds, find'],
])('a wrong definition is refused: %j', (missed, problem) => {
  const definition = { name: 'shop', verify: () => ({ refused: '' }), handle: () => [], missed: missed as never }
  expect(() => defineWebhook(definition)).toThrow(`Webhook "shop", missed: ${problem}.`)
})
