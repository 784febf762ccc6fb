import { type HttpDeps, createHttpApp } from '#adapters/http/app.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { GetJob } from '#application/get-job.ts'
import { GetProduct } from '#application/get-product.ts'
import { ListProducts } from '#application/list-products.ts'
import type { TurnDeps } from '#application/run-turn.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { RunSync } from '#application/run-sync.ts'
import { SubmitJob } from '#application/submit-job.ts'
import { WatchJob } from '#application/watch-job.ts'
import * as t from './tokens.ts'
import { type DependencyContainer, container, once } from './tsyringe.ts'

/** Every use-case, wired to ports by token. The root (node.ts, cloudflare.ts, a test) registers the ports that it has. */
export function createContainer(): DependencyContainer {
  const app = container.createChildContainer()
  app.register(RunSync, {
    useFactory: once((c) => new RunSync({ ...turnDeps(c), agents: c.resolve(t.AGENTS), ids: c.resolve(t.IDS) })),
  })
  app.register(SubmitJob, {
    useFactory: once(
      (c) =>
        new SubmitJob({
          agents: c.resolve(t.AGENTS),
          jobs: c.resolve(t.JOB_INTAKE),
          models: c.resolve(t.MODELS),
          defaultModel: c.resolve(t.DEFAULT_MODEL),
          clock: c.resolve(t.CLOCK),
          ids: c.resolve(t.IDS),
        }),
    ),
  })
  app.register(GetJob, { useFactory: once((c) => new GetJob({ jobs: c.resolve(t.JOB_INTAKE) })) })
  app.register(ExecuteJob, {
    useFactory: once(
      (c) =>
        new ExecuteJob({
          ...turnDeps(c),
          agents: c.resolve(t.AGENTS),
          jobs: c.resolve(t.JOB_STORE),
          waker: c.resolve(t.WAKER),
          logger: c.resolve(t.LOGGER),
          feed: c.resolve(t.FEED),
          random: c.resolve(t.RANDOM),
          executor: c.resolve(t.EXECUTOR),
        }),
    ),
  })
  app.register(CancelJob, {
    useFactory: once(
      (c) =>
        new CancelJob({ jobs: c.resolve(t.JOB_STORE), clock: c.resolve(t.CLOCK), executions: c.resolve(ExecuteJob) }),
    ),
  })
  app.register(ResolveCall, {
    useFactory: once(
      (c) => new ResolveCall({ jobs: c.resolve(t.JOB_STORE), clock: c.resolve(t.CLOCK), limits: c.resolve(t.LIMITS) }),
    ),
  })
  app.register(WatchJob, {
    useFactory: once(
      (c) => new WatchJob({ jobs: c.resolve(t.JOB_STORE), feed: c.resolve(t.FEED), clock: c.resolve(t.CLOCK) }),
    ),
  })
  app.register(ListProducts, { useFactory: once((c) => new ListProducts({ catalog: c.resolve(t.CATALOG) })) })
  app.register(GetProduct, { useFactory: once((c) => new GetProduct({ catalog: c.resolve(t.CATALOG) })) })
  return app
}

function turnDeps(c: DependencyContainer): TurnDeps {
  return {
    models: c.resolve(t.MODELS),
    clock: c.resolve(t.CLOCK),
    limits: c.resolve(t.LIMITS),
    defaultModel: c.resolve(t.DEFAULT_MODEL),
  }
}

/** The HTTP interface over what the container holds. `home` carries out what is asked of a job where the job lives. */
export function httpApp(
  c: DependencyContainer,
  home: Pick<HttpDeps, 'cancelJob' | 'resolveCall' | 'openEvents'>,
): ReturnType<typeof createHttpApp> {
  const deps: HttpDeps = {
    runSync: c.resolve(RunSync),
    submitJob: c.resolve(SubmitJob),
    getJob: c.resolve(GetJob),
    ...home,
    listProducts: c.resolve(ListProducts),
    getProduct: c.resolve(GetProduct),
    agents: c.resolve(t.AGENTS),
    defaultModel: c.resolve(t.DEFAULT_MODEL),
    logger: c.resolve(t.LOGGER),
    runtime: c.resolve(t.RUNTIME),
  }
  return createHttpApp(deps)
}
