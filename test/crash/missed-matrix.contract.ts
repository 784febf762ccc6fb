import { deepStrictEqual, ok } from 'node:assert/strict'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { submit } from '#domain/webhook/action.ts'
import type { FoundEvents } from '#domain/webhook/missed.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { event, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'
import { Death, MortalProcess } from './mortal-process.ts'
import { mortal, survives } from './mortal-webhooks.ts'

type OpenLog = () => Promise<WebhookLog>

const EVERY_MS = 900_000
const ONE = event({ eventId: 'e-1', payload: { id: 1 } })
const TWO = event({ eventId: 'e-2', payload: { id: 2 } })
const THREE = event({ eventId: 'e-3', payload: { id: 3 } })
const FIRST: FoundEvents = { events: [ONE, TWO], next: 'second' }
const SECOND: FoundEvents = { events: [THREE] }

/** A look for missed events over two pages, by processes that die anywhere, alone and twice in a row. */
export const missedMatrix: readonly ContractCase<OpenLog>[] = [
  {
    name: 'each missed event leads to its job once, one that was delivered too, and the look comes to its end',
    async run(open) {
      const log = await open()
      const points = await sweepOnce(log, [])
      // Three events with their jobs, and what is stored of the look: before and after each.
      ok(points >= 16)
      for (let point = 1; point <= points; point++) {
        await sweepOnce(log, [point])
        for (const later of [1, 2, 3]) await sweepOnce(log, [point, point + later])
      }
    },
  },
]

/** Once dead it does nothing more, also where the code that met its death goes on. */
class DeadProcess extends MortalProcess {
  #isDead = false

  restart(): void {
    this.#isDead = false
  }

  override async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Death()
    try {
      return await super.call(work)
    } catch (error) {
      this.#isDead = error instanceof Death
      throw error
    }
  }
}

let count = 0

async function sweepOnce(log: WebhookLog, deaths: readonly number[]): Promise<number> {
  const process = new DeadProcess(deaths)
  const webhook = openWebhook({
    name: `missed-${String(++count)}`,
    handle: ({ payload }) => [submit('writer', payload)],
    missed: { everySeconds: EVERY_MS / 1000, find: ({ page }) => Promise.resolve(page === null ? FIRST : SECOND) },
  })
  const world = { log, webhook, jobs: new MemoryJobStore(new RecordingWaker()), clock: new ManualClock(T0) }
  const scene = webhookScene({ ...world, through: mortal(process) })
  await webhookScene(world).receive(ONE)
  for (let round = 0; round < 12; round++) {
    process.restart()
    await survives(scene.tend)
    const sweep = await log.sweep(scene.key)
    if (sweep && sweep.sweptUntil > T0 && (await scene.inputs()).length === 3) break
    await world.clock.advance(EVERY_MS / 2)
  }
  const at = `after deaths at ${deaths.join(', ')}`
  const ids = (await scene.inputs()).map((input) => (input as { readonly id: number }).id)
  deepStrictEqual(ids.toSorted(), [1, 2, 3], at)
  ok(((await log.sweep(scene.key))?.sweptUntil ?? 0) > T0, at)
  deepStrictEqual(new Set((await scene.events()).map(({ outcome }) => outcome)), new Set(['done']), at)
  return process.points
}
