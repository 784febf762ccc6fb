import { deepStrictEqual, ok } from 'node:assert/strict'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { submit } from '#domain/webhook/action.ts'
import { isHandled } from '#domain/webhook/event.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { event, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'
import { MortalProcess } from './mortal-process.ts'
import { mortal, survives } from './mortal-webhooks.ts'

type OpenLog = () => Promise<WebhookLog>

/** An event that leads to two jobs, received by processes that die anywhere, alone and twice in a row. */
export const webhookMatrix: readonly ContractCase<OpenLog>[] = [
  {
    name: 'an event leads to each of its jobs once, when its sender delivers it until it is answered',
    run: (open) => dieEverywhere(open, 'sender'),
  },
  {
    name: 'an event that was recorded leads to each of its jobs once, when its sender never comes again',
    run: (open) => dieEverywhere(open, 'tending'),
  },
]

/** What goes on with an event after a death: its sender delivers it again, or Errand looks after its log. */
type Next = 'sender' | 'tending'

async function dieEverywhere(open: OpenLog, next: Next): Promise<void> {
  const log = await open()
  const points = await handleOnce(log, [], next)
  // Recorded, two jobs, what they led to: before and after each.
  ok(points >= 8)
  for (let point = 1; point <= points; point++) {
    await handleOnce(log, [point], next)
    for (const later of [1, 2, 3, 4]) await handleOnce(log, [point, point + later], next)
  }
}

let count = 0

async function handleOnce(log: WebhookLog, deaths: readonly number[], next: Next): Promise<number> {
  const process = new MortalProcess(deaths)
  const handle = () => [submit('writer', 'one'), submit('writer', 'two')]
  const webhook = openWebhook({ name: `shop-${String(++count)}`, handle })
  const through = mortal(process)
  const world = { log, webhook, jobs: new MemoryJobStore(new RecordingWaker()), clock: new ManualClock(T0) }
  const scene = webhookScene({ ...world, through })
  const deliver = (): Promise<unknown> => scene.receive(event())
  await survives(deliver)
  for (let round = 0; round < 5; round++) {
    const [found] = await scene.events()
    if (found && isHandled(found)) break
    await world.clock.advance(3_600_000)
    // What was never recorded is known to its sender alone.
    await survives(next === 'sender' || !found ? deliver : scene.tend)
  }
  const at = `after deaths at ${deaths.join(', ')}`
  deepStrictEqual((await scene.inputs()).toSorted(), ['one', 'two'], at)
  const [logged] = await scene.events()
  deepStrictEqual([logged?.outcome, logged?.results.length], ['done', 2], at)
  // Whatever its sender has heard: one delivery more changes nothing.
  ok((await webhookScene(world).receive(event())).isDuplicate, at)
  deepStrictEqual((await scene.inputs()).length, 2, at)
  return process.points
}
