import { beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { type WebhookAction, submit } from '#domain/webhook/action.ts'
import { WEBHOOK_KEPT_MS } from '#domain/webhook/event.ts'
import type { WebhookDefinition } from '#domain/webhook/webhook.ts'
import { TILL } from '#test/support/fixtures.ts'
import { event, noise, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'

let log: SqlWebhookLog

async function emptyLog(): Promise<SqlWebhookLog> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, webhookSchema)
  return new SqlWebhookLog(db)
}

beforeEach(async () => {
  log = await emptyLog()
})

const write: WebhookDefinition['handle'] = ({ payload }) => [submit('writer', payload)]
const scene = (definition: Partial<WebhookDefinition>, more: object = {}) =>
  webhookScene({ log, webhook: openWebhook({ handle: write, ...definition }), ...more })

const replayOf = { tenantId: 'default', by: TILL, source: 'shop', idempotencyKey: null }

describe('an event', () => {
  test('leads to its jobs, and is recorded with them', async () => {
    const { receive, inputs, events, jobOf } = scene({})
    const { event: received, isDuplicate } = await receive(event({ metadata: { shop: 'acme' }, occurredAt: 7 }))
    expect(isDuplicate).toBe(false)
    expect(await inputs()).toEqual([{ id: 1 }])
    expect(received).toMatchObject({ outcome: 'done', metadata: { shop: 'acme' }, occurredAt: 7, retryAt: null })
    expect((await jobOf(received))?.createdBy).toEqual({ kind: 'webhook', id: 'shop', event: received.id })
    expect(await events()).toEqual([received])
  })

  test('that comes again, at once or under other circumstances, does nothing more', async () => {
    const { receive, inputs, events } = scene({})
    await receive(event())
    expect(await receive(event({ metadata: { webhookId: 'another' } }))).toMatchObject({ isDuplicate: true })
    await Promise.all([receive(event({ eventId: 'e-2' })), receive(event({ eventId: 'e-2' }))])
    expect(await inputs()).toHaveLength(2)
    expect((await events()).map(({ deliveries }) => deliveries)).toEqual([2, 2])
  })

  test('is another one under another topic', async () => {
    const { receive, inputs } = scene({})
    await receive(event())
    await receive(event({ topic: 'orders/paid' }))
    expect(await inputs()).toHaveLength(2)
  })

  test('has another id at another webhook, and of another tenant', async () => {
    const idAt = async (definition: Partial<WebhookDefinition>): Promise<string> =>
      (await scene({ ...definition, handle: () => [] }, { log: await emptyLog() }).receive(event())).event.id
    expect(new Set(await Promise.all([{}, {}, { name: 'other' }, { tenant: 'other' }].map(idAt))).size).toBe(3)
  })

  test('does nothing twice after its entry in the log is gone, as long as its job is kept', async () => {
    const { receive, inputs, tend, clock, events } = scene({})
    await receive(event())
    await clock.advance(WEBHOOK_KEPT_MS + 1)
    await tend()
    expect(await events()).toEqual([])
    expect((await receive(event())).event).toMatchObject({ outcome: 'duplicate', results: [{ type: 'submit' }] })
    expect(await inputs()).toHaveLength(1)
  })

  test('whose handler is of another release by then does nothing twice either', async () => {
    const { receive, tend, clock, jobs, inputs } = scene({})
    await receive(event())
    await clock.advance(WEBHOOK_KEPT_MS + 1)
    await tend()
    const later = scene({ handle: () => [submit('writer', 'something else')] }, { jobs, clock })
    expect((await later.receive(event())).event.outcome).toBe('duplicate')
    expect(await inputs()).toEqual([{ id: 1 }])
  })

  test('that is filtered is recorded with the reason', async () => {
    const { receive, inputs } = scene({ filter: ({ payload }) => (payload['id'] === 1 ? 'our own write' : null) })
    expect((await receive(event())).event).toMatchObject({ outcome: 'filtered', reason: 'our own write' })
    expect((await receive(event({ eventId: 'e-2', payload: { id: 2 } }))).event.outcome).toBe('done')
    expect(await inputs()).toEqual([{ id: 2 }])
  })

  test('that leads to nothing is recorded as that', async () => {
    const { receive } = scene({ handle: () => [] })
    expect((await receive(event())).event.outcome).toBe('no_action')
    expect((await receive(event())).isDuplicate).toBe(true)
  })
})

describe('a handler that fails', () => {
  const failing = (): never => {
    throw new Error('no such field')
  }

  test.each([
    ['throws', failing, 'no such field'],
    [
      'returns no list',
      () => submit('writer', 1) as never,
      'handle must return a list of actions; an empty one for none',
    ],
    [
      'returns a promise',
      (() => Promise.resolve([])) as never,
      'handle returned a promise; it must return its actions at once',
    ],
    [
      'returns a promise that rejects',
      (() => Promise.reject(new Error('late'))) as never,
      'handle returned a promise; it must return its actions at once',
    ],
    [
      'returns something else',
      () => [{ agent: 'writer' }] as never,
      'entry 1 of what handle returned was not made with submit(…), schedule(…) or unschedule(…)',
    ],
    [
      'names an unknown agent',
      () => [submit('unlisted', 1)],
      'There is no agent named "unlisted". Known agents: writer.',
    ],
  ])('that %s is recorded, and the sender is to try again', async (_what, handle, reason) => {
    const { receive, events, inputs, logger } = scene({ handle })
    await expect(receive(event())).rejects.toMatchObject({ code: 'webhook_handler_failed' })
    expect(await events()).toMatchObject([{ outcome: 'handler_failed', reason, tries: 1 }])
    expect(logger.lines).toHaveLength(1)
    await expect(receive(event())).rejects.toMatchObject({ code: 'webhook_handler_failed' })
    expect(await events()).toMatchObject([{ tries: 2, deliveries: 2 }])
    expect(await inputs()).toEqual([])
  })

  test('succeeds at the next delivery once it is mended', async () => {
    const { receive, jobs, clock } = scene({ handle: failing })
    await receive(event()).catch(() => undefined)
    const mended = scene({}, { jobs, clock })
    expect((await mended.receive(event())).event).toMatchObject({ outcome: 'done', reason: null, deliveries: 2 })
    expect(await mended.inputs()).toHaveLength(1)
  })

  test('is tried again without the sender, less and less often, and given up in the end', async () => {
    const { receive, tend, clock, events } = scene({ handle: failing })
    await receive(event()).catch(() => undefined)
    const times: number[] = []
    for (let next = await tend(); next !== null && times.length < 30; next = await tend()) {
      times.push(next - clock.now())
      await clock.advance(next - clock.now())
    }
    expect(times.slice(0, 8).map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(await events()).toEqual([])
    expect(times).toHaveLength(16)
  })

  test('that is mended meanwhile handles the event without the sender', async () => {
    const { receive, jobs, clock } = scene({ handle: failing })
    await receive(event()).catch(() => undefined)
    const mended = scene({}, { jobs, clock })
    await clock.advance(60_000)
    await mended.tend()
    expect(await mended.inputs()).toHaveLength(1)
    expect(await mended.events()).toMatchObject([{ outcome: 'done' }])
  })

  test('of a webhook that is gone is given up', async () => {
    const { receive, clock, jobs, events } = scene({ handle: failing })
    await receive(event()).catch(() => undefined)
    await clock.advance(60_000)
    await receive(event({ eventId: 'e-2' })).catch(() => undefined)
    await scene({}, { jobs, clock, declared: [] }).tend()
    await clock.advance(60_000)
    await scene({}, { jobs, clock, declared: [openWebhook({ tenant: 'acme', handle: write })] }).tend()
    const givenUp = { outcome: 'handler_failed', retryAt: null, reason: 'This webhook is not declared any more.' }
    expect(await events()).toMatchObject([givenUp, givenUp])
  })
})

describe('a replay', () => {
  test('that fails leaves the event as it was handled, and is not tried again by itself', async () => {
    let isBroken = false
    const handle = (): WebhookAction[] => [submit(isBroken ? 'unlisted' : 'writer', 1)]
    const { receive, replay, events, inputs } = scene({ handle })
    const { event: received } = await receive(event())
    isBroken = true
    const again = { ...replayOf, eventId: received.id, idempotencyKey: 'again' }
    await expect(replay.execute(again)).rejects.toMatchObject({ code: 'webhook_handler_failed' })
    const reason = 'There is no agent named "unlisted". Known agents: writer.'
    expect(await events()).toMatchObject([{ outcome: 'done', reason, retryAt: null, results: received.results }])
    isBroken = false
    expect(await replay.execute(again)).toMatchObject({ outcome: 'done', reason: null })
    expect(await inputs()).toHaveLength(2)
  })

  test('of a handled event leads to new jobs, which say who wanted them; the same key means the same replay', async () => {
    const { receive, replay, inputs, jobOf } = scene({})
    const { event: received } = await receive(event())
    const again = { ...replayOf, eventId: received.id, idempotencyKey: 'mine' }
    const replayed = await replay.execute(again)
    expect(replayed).toMatchObject({ outcome: 'done', replays: 1 })
    expect(replayed.results).not.toEqual(received.results)
    expect((await jobOf(replayed))?.createdBy).toMatchObject({ for: TILL })
    await replay.execute(again)
    expect(await inputs()).toHaveLength(2)
    await replay.execute({ ...replayOf, eventId: received.id })
    expect(await inputs()).toHaveLength(3)
  })

  test('of an event that failed does what was not done, and the next delivery nothing more', async () => {
    const { receive, jobs, clock, events } = scene({
      handle: () => {
        throw new Error('broken')
      },
    })
    await receive(event()).catch(() => undefined)
    const mended = scene({}, { jobs, clock })
    const [failed] = await events()
    await mended.replay.execute({ ...replayOf, eventId: failed?.id ?? '' })
    expect((await mended.receive(event())).isDuplicate).toBe(true)
    expect(await mended.inputs()).toHaveLength(1)
  })

  test('of a filtered event is not filtered', async () => {
    const { receive, replay, inputs } = scene({ filter: () => 'our own write' })
    const { event: received } = await receive(event())
    expect(await replay.execute({ ...replayOf, eventId: received.id })).toMatchObject({ outcome: 'done', reason: null })
    expect(await inputs()).toHaveLength(1)
  })

  test('of an unknown event, and of another tenant, is refused', async () => {
    const { receive, replay } = scene({})
    const { event: received } = await receive(event())
    await expect(replay.execute({ ...replayOf, eventId: 'evt_x' })).rejects.toMatchObject({
      code: 'webhook_event_not_found',
    })
    const stranger = { ...replayOf, tenantId: 'other', eventId: received.id }
    await expect(replay.execute(stranger)).rejects.toMatchObject({ code: 'webhook_not_found' })
  })

  test('of a body that was too large to be kept is refused', async () => {
    const { receive, replay } = scene({ handle: () => [] })
    const { event: received } = await receive(event({ payload: { noise: noise() } }))
    await expect(replay.execute({ ...replayOf, eventId: received.id })).rejects.toMatchObject({
      code: 'webhook_body_gone',
    })
  })
})
