import type { Hono } from 'hono'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { eventsOpener } from '#adapters/http/sse.ts'
import { WatchJob } from '#application/watch-job.ts'
import { createHttpApp } from '#adapters/http/app.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { UlidGenerator } from '#adapters/web/ids.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { GetJob } from '#application/get-job.ts'
import { GetProduct } from '#application/get-product.ts'
import { ListProducts } from '#application/list-products.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { RunSync } from '#application/run-sync.ts'
import { SubmitJob } from '#application/submit-job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Models } from '#ports/model.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import { CrashingStore } from './crashing-store.ts'
import { ALONE, T0 } from './fixtures.ts'
import { RecordingLogger } from './recording-logger.ts'
import { RecordingWaker } from './recording-waker.ts'

export interface TestApp {
  readonly http: Hono
  readonly logger: RecordingLogger
  readonly clock: ManualClock
  readonly feed: LocalFeed
  /** Lets a process die as soon as an event of this type is stored; none of the calls it stands for is made. */
  interruptAfter(jobId: string, type: string): Promise<void>
  /** Executes the job as its wake would. */
  execute(jobId: string): Promise<void>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

/** The HTTP interface over memory, on a clock that stands still at `T0`. */
export function testApp(agents: readonly Agent[], models: Models, catalog: ProductCatalog = noCatalog): TestApp {
  const clock = new ManualClock(T0)
  const ids = new UlidGenerator(clock, new CryptoRandom())
  const waker = new RecordingWaker()
  const store = new CrashingStore(waker)
  const feed = new LocalFeed()
  const jobs = new PublishedJobStore(store, feed)
  const logger = new RecordingLogger()
  const registry = new AgentRegistry(agents)
  const turn = { agents: registry, models, clock, defaultModel: 'scripted/test', limits: DEFAULT_LIMITS }
  const executeJob = new ExecuteJob({ ...turn, jobs, waker, logger, feed, random: new CryptoRandom(), executor: ALONE })
  const http = createHttpApp({
    runSync: new RunSync({ ...turn, ids }),
    submitJob: new SubmitJob({ ...turn, jobs, ids }),
    getJob: new GetJob({ jobs }),
    cancelJob: new CancelJob({ jobs, clock, executions: executeJob }),
    openEvents: eventsOpener(new WatchJob({ jobs, feed, clock })),
    resolveCall: new ResolveCall({ jobs, clock, limits: DEFAULT_LIMITS }),
    listProducts: new ListProducts({ catalog }),
    getProduct: new GetProduct({ catalog }),
    agents: registry,
    defaultModel: turn.defaultModel,
    logger,
    runtime: 'test',
  })
  return {
    http,
    logger,
    clock,
    feed,
    interruptAfter: async (jobId, type) => {
      store.dieAfter(type)
      const executor = { ...ALONE, id: 'exec_dead' }
      const dying = new ExecuteJob({ ...turn, jobs, waker, logger, feed, random: new CryptoRandom(), executor })
      await dying.execute(jobId, new AbortController().signal).catch(() => undefined)
      store.restart()
    },
    execute: (jobId) => executeJob.execute(jobId, new AbortController().signal),
    post: async (path, body, headers = { 'content-type': 'application/json' }) =>
      http.request(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

const noCatalog: ProductCatalog = {
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  saveDraft: () => Promise.resolve(),
  drafts: () => Promise.resolve([]),
}
