import type { ExecutionContext } from '@cloudflare/workers-types'
import { D1SqlDatabase } from '#adapters/cloudflare/d1.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { sweepJobs } from '#adapters/cloudflare/job-sweep.ts'
import { refuse, refuseAll } from '#adapters/http/problem.ts'
import { apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import { goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { StorageUnavailableError } from '#domain/errors.ts'
import type { Env } from './cloudflare-app.ts'
import { httpApp } from './container.ts'
import { SettingsError } from './settings.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** Once for each isolate: the bindings are the same for all its requests and objects. @throws {SettingsError} {DefinitionError} */
export type Composition = (env: Env) => DependencyContainer

type App = ReturnType<typeof httpApp>
type Life = Pick<ExecutionContext, 'waitUntil'>

/** What the platform calls: for a request, and every minute. */
export function createHandler(shared: Composition) {
  let app: Promise<App> | undefined

  /** By whoever comes first, for all who come to the isolate; and once more for the next one where it has failed. */
  const opened = (env: Env, life: Life): Promise<App> => {
    if (app) return app
    const opening = open(env, shared)
    app = opening
    const failed = opening.then(
      () => undefined,
      () => {
        app = undefined
      },
    )
    // The others wait for it too: it must not end with a caller who leaves.
    life.waitUntil(failed)
    return opening
  }

  return {
    async fetch(request: Request, env: Env, life: Life): Promise<Response> {
      try {
        return await (await opened(env, life)).fetch(request)
      } catch (error) {
        return refusalFor(error, request, () => shared(env))
      }
    },

    /** Every minute (`triggers` in wrangler.toml). */
    async scheduled(_controller: unknown, env: Env, life: Life): Promise<void> {
      await opened(env, life)
      const container = shared(env)
      const db = new D1SqlDatabase(env.JOB_INDEX)
      await sweepJobs({
        due: new SqlDueJobs(db),
        index: new SqlJobIndex(db),
        jobs: env.AGENT_JOB,
        clock: container.resolve(t.CLOCK),
        logger: container.resolve(t.LOGGER),
      })
    },
  }
}

/** For a request that no app is there to answer. @throws what is nobody's to mend but the author's. */
function refusalFor(error: unknown, request: Request, composed: () => DependencyContainer): Response {
  if (error instanceof StorageUnavailableError) {
    composed().resolve(t.LOGGER).error('The index cannot be reached, so no request can be answered yet.', error)
    return refuse(error, request)
  }
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  return refuseAll()
}

async function open(env: Env, shared: Composition): Promise<App> {
  const container = shared(env)
  const isOpen = await prepareIndex(container, new D1SqlDatabase(env.JOB_INDEX)).catch((error: unknown) => {
    throw new StorageUnavailableError(error)
  })
  if (isOpen)
    container.resolve(t.LOGGER).warn('There are no API keys: whoever is on this machine is let in, and nobody else.')
  return httpApp(container, jobHome(env.AGENT_JOB))
}

/** Whether whoever is on this machine is let in, for there is no key. */
async function prepareIndex(container: DependencyContainer, db: D1SqlDatabase): Promise<boolean> {
  for (const schema of [jobsSchema, apiKeySchema, goneReceiverSchema]) await migrate(db, schema)
  return !(await container.resolve(t.API_KEYS).any())
}
