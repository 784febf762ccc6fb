import { D1SqlDatabase } from '#adapters/cloudflare/d1.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { createAgentJob } from '#adapters/cloudflare/job-object.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import type { Models } from '#ports/model.ts'
import { ALONE } from '#test/support/fixtures.ts'
import { answer } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { writerApp } from './writer-app.ts'

/** Never answers its first call, in the middle of which an object can die, and answers every later one. */
class HeldModel implements Models {
  calls = 0

  check(): void {
    // It answers to any name.
  }

  call(): ReturnType<Models['call']> {
    return ++this.calls === 1 ? new Promise(() => undefined) : Promise.resolve(answer('Done.'))
  }
}

const held = { model: new HeldModel() }

/** A model for the next job. */
export function holdNextCall(): HeldModel {
  held.model = new HeldModel()
  return held.model
}

const clock = new SystemClock()

/** The class of real job objects whose model a test can hold. */
export const HeldJob = createAgentJob<Cloudflare.Env>({
  compose: (_env, world) => {
    const models: Models = { check: () => undefined, call: () => held.model.call() }
    // Its lease is over at once, so that the job looks forgotten for as long as its model is held.
    const executor = { ...ALONE, id: crypto.randomUUID(), leaseMs: 0 }
    return writerApp({ clock, models, executor })(world)
  },
  index: ({ JOB_INDEX }) => new SqlJobIndex(new D1SqlDatabase(JOB_INDEX)),
  objects: (env: unknown) => (env as { readonly HELD_JOB: JobNamespace }).HELD_JOB,
  logger: () => silentLogger,
  clock,
})
