import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { HandleEvent, type HandleEventCommand } from '#application/webhook/handle-event.ts'
import { ReceiveWebhook } from '#application/webhook/receive-webhook.ts'
import type { CarriedOut, CarryOut } from '#application/webhook/carry-out.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import type { LoggedEvent, WebhookEntry } from '#domain/webhook/event.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { openWebhook } from '#test/support/webhook-scene.ts'
import { loggedEvent } from '#test/support/webhooks.ts'

const HOUR_MS = 3_600_000
const ACT: Pick<HandleEventCommand, 'plan' | 'recorded'> = { plan: { kind: 'act', actions: [] }, recorded: [] }

/** Handles events whose actions end so, and what the log and the actions hear of it. */
function scene(end: Error | CarriedOut) {
  const saved: WebhookEntry[] = []
  const asked: Parameters<CarryOut['execute']>[0][] = []
  const handleEvent = new HandleEvent({
    log: { save: (entry) => Promise.resolve(saved.push(entry) > 0), find: () => Promise.resolve(null) },
    carryOut: {
      execute: (command) => {
        asked.push(command)
        return end instanceof Error ? Promise.reject(end) : Promise.resolve(end)
      },
    },
    clock: new ManualClock(T0),
    logger: silentLogger,
  })
  return { saved, asked, handle: (event: LoggedEvent, more = {}) => handleEvent.execute({ event, ...ACT, ...more }) }
}

const full = new QueueFullError(10, 1000)

test('what may pass is never given up: after any number of tries the next one is within the hour', async () => {
  for (const tries of [7, 15, 16, 1000]) {
    const { handle, saved } = scene(full)
    await expect(handle(loggedEvent({ tries }))).rejects.toBe(full)
    expect(saved).toMatchObject([{ outcome: 'pending', tries: tries + 1, retryAt: T0 + HOUR_MS }])
  }
})

test('a replay that meets a full queue leaves the event as handled as it was', async () => {
  const { handle, saved } = scene(full)
  const replay = { by: TILL, run: 'run_1' }
  await expect(handle(loggedEvent({ outcome: 'done', retryAt: null }), { replay })).rejects.toBe(full)
  expect(saved).toEqual([])
})

test('an event whose jobs are there already is a duplicate when it is new, and done when it was cut off', async () => {
  for (const [isNew, outcome] of [
    [true, 'duplicate'],
    [false, 'done'],
  ] as const)
    expect(await scene({ results: [], isRepeat: true }).handle(loggedEvent(), { isNew })).toMatchObject({ outcome })
})

test('what an event leads to has the time that its sender says, and where it says none, that of its receipt', async () => {
  const { handle, asked } = scene({ results: [], isRepeat: false })
  await handle(loggedEvent({ occurredAt: T0 - HOUR_MS, receivedAt: T0 }))
  await handle(loggedEvent({ occurredAt: null, receivedAt: T0 }))
  expect(asked.map(({ occurredAt }) => occurredAt)).toEqual([T0 - HOUR_MS, T0])
})

test('an event that is too large to be kept is handled again by the looks that find it, sixteen times at most', async () => {
  const event = loggedEvent({ outcome: 'handler_failed', retryAt: null })
  const webhook = openWebhook({ handle: () => [] })
  for (const [tries, isDuplicate] of [
    [15, false],
    [16, true],
  ] as const) {
    const stored = { event: { ...event, tries }, sealed: null, created: false }
    const receiveWebhook = new ReceiveWebhook({
      log: { add: () => Promise.resolve(stored) },
      handleEvent: { execute: () => Promise.resolve(stored.event) },
      derivedIds: { make: () => Promise.resolve(event.id) },
      sealer: { seal: () => Promise.resolve(''), open: () => Promise.resolve(null) },
      clock: new ManualClock(T0),
    })
    const found = { webhook, event: { eventId: 'e-1', topic: 'orders/create', payload: {} }, foundBy: 'sweep' } as const
    expect(await receiveWebhook.execute(found)).toMatchObject({ isDuplicate })
    expect(await receiveWebhook.execute({ webhook, event: found.event })).toMatchObject({ isDuplicate: false })
  }
})
