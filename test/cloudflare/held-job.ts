import { AlarmsInPlace } from '#adapters/cloudflare/alarms-in-place.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { createAgentJob } from '#adapters/cloudflare/job-object.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import type { Models } from '#ports/model.ts'
import { ALONE } from '#test/support/fixtures.ts'
import { answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { tool } from '#test/support/tools.ts'
import { writerApp } from './writer-app.ts'
import { noBatch } from './object-jobs.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

/** Never answers its first calls, in the middle of which an object can die, and answers every later one. */
class HeldModel implements Models {
  calls = 0
  /** Runs of a tool that never returns, for which the model asks if it holds none of its own calls. */
  runs = 0
  readonly #held: number

  constructor(held: number) {
    this.#held = held
  }

  check(): void {
    // It answers to any name.
  }

  call(): ReturnType<Models['call']> {
    if (++this.calls <= this.#held) return new Promise(() => undefined)
    return Promise.resolve(this.#held === 0 ? asks({ id: 'a', name: 'hang' }) : answer('Done.'))
  }
}

const held = { model: new HeldModel(1) }

/** A model for the next job, which holds that many of its calls; or the call of its tool, if that is none. */
export function holdNextCalls(count: number): HeldModel {
  held.model = new HeldModel(count)
  return held.model
}

const hang = tool('hang', () => {
  held.model.runs++
  return new Promise(() => undefined)
})

const clock = new SystemClock()
const random = new CryptoRandom()

/** The class of real job objects whose model a test can hold. */
export const HeldJob = createAgentJob<Cloudflare.Env>({
  compose: (_env, world) => {
    const models: Models = { check: () => undefined, call: () => held.model.call() }
    // Its lease is over at once, so that the job looks forgotten for as long as its model is held.
    const executor = { ...ALONE, id: crypto.randomUUID(), leaseMs: 0 }
    return writerApp({ clock, models, executor, tools: [hang] })(world)
  },
  proposals: () => NO_PROPOSALS,
  index: ({ JOB_INDEX }) => new SqlJobIndex(new D1SqlDatabase(JOB_INDEX)),
  endItem: noBatch,
  objects: (env: unknown) => (env as { readonly HELD_JOB: JobNamespace }).HELD_JOB,
  logger: () => silentLogger,
  clock,
  alarms: new AlarmsInPlace({ jurisdiction: () => '', logger: () => silentLogger, clock, random }),
})
