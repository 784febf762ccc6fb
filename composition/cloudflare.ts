/// <reference types="@cloudflare/workers-types" />
import csv from '#adapters/catalog/sample-products.csv'
import { parseShopifyCsv } from '#adapters/catalog/shopify-csv.ts'
import { SqlProductCatalog, draftSchema } from '#adapters/catalog/sql-product-catalog.ts'
import { type CatalogObject, RemoteProductCatalog, createCatalogObject } from '#adapters/cloudflare/catalog-object.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { DurableObjectJobIntake } from '#adapters/cloudflare/job-intake.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { createAgentJob } from '#adapters/cloudflare/job-object.ts'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { type WatchNamespace, createJobWatch } from '#adapters/cloudflare/watch-object.ts'
import { ConsoleLogger } from '#adapters/console/logger.ts'
import { refuseAll } from '#adapters/http/problem.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/ids.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { WatchJob } from '#application/watch-job.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { agents } from './agents.ts'
import { createContainer, httpApp } from './container.ts'
import { createModels } from './models.ts'
import { SettingsError, parseSettings } from './settings.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** The Worker's bindings (`wrangler.toml`), its variables and its secrets. */
export interface Env {
  readonly AGENT_JOB: JobNamespace
  readonly JOB_WATCH: WatchNamespace
  readonly SAMPLE_SHOP: { getByName(name: string): CatalogObject }
  readonly [setting: string]: unknown
}

/** What the Worker and the job objects share. */
function compose(env: Env): DependencyContainer {
  const settings = parseSettings(env)
  const clock = new SystemClock()
  const random = new CryptoRandom()
  const catalog = new RemoteProductCatalog(() => env.SAMPLE_SHOP.getByName('sample'))
  const container = createContainer()
  container.registerInstance(t.AGENTS, new AgentRegistry(agents({ catalog })))
  container.registerInstance(t.CATALOG, catalog)
  container.registerInstance(t.CLOCK, clock)
  container.registerInstance(t.DEFAULT_MODEL, settings.defaultModel)
  container.registerInstance(t.LIMITS, settings.limits)
  container.registerInstance(t.RANDOM, random)
  container.registerInstance(t.IDS, new UlidGenerator(clock, random))
  container.registerInstance(
    t.LOGGER,
    new ConsoleLogger({ write: console.log, now: () => Date.now(), secrets: settings.secrets }),
  )
  container.registerInstance(t.MODELS, createModels(settings, clock))
  container.registerInstance(t.RUNTIME, 'cloudflare')
  return container
}

export const AgentJob = createAgentJob<Env>(
  (env, { jobs, waker }) => {
    const container = compose(env)
    const feed = new LocalFeed()
    container.registerInstance(t.FEED, feed)
    container.registerInstance(t.JOB_STORE, new PublishedJobStore(jobs, feed))
    container.registerInstance(t.WAKER, waker)
    // Alone: the platform runs one instance of an object at a time, and one alarm at a time in it. So the lease only says how soon
    // an alarm looks after a job whose object went away in the middle; while the object works, that alarm waits for it.
    const executor = { id: container.resolve(t.IDS).newId('exec'), leaseMs: 5000, alone: true, sliceMs: 300_000 }
    container.registerInstance(t.EXECUTOR, executor)
    return {
      executeJob: container.resolve(ExecuteJob),
      cancelJob: container.resolve(CancelJob),
      resolveCall: container.resolve(ResolveCall),
      watchJob: container.resolve(WatchJob),
      executor,
    }
  },
  (env) => env.JOB_WATCH,
)

export const JobWatch = createJobWatch<Env>((env) => env.AGENT_JOB)

export const SampleShop = createCatalogObject<Env>(async (db) => {
  await migrate(db, draftSchema)
  return new SqlProductCatalog({ products: parseShopifyCsv(csv, 'SEK'), db, clock: new SystemClock() })
})

let app: ReturnType<typeof httpApp> | undefined

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    try {
      // Once for each isolate: the bindings are the same for all its requests.
      app ??= createHttp(env)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      console.error(error.message)
      return refuseAll()
    }
    return app.fetch(request)
  },
}

function createHttp(env: Env): ReturnType<typeof httpApp> {
  const container = compose(env)
  container.registerInstance(t.JOB_INTAKE, new DurableObjectJobIntake(env.AGENT_JOB))
  return httpApp(container, jobHome(env.AGENT_JOB))
}
