import { type Context, Hono } from 'hono'
import type { BulkOperations } from '#application/operation/bulk-operations.ts'
import type { CheckReadiness } from '#application/health/check-readiness.ts'
import type { GetProduct } from '#application/shop/get-product.ts'
import type { ListJobs } from '#application/job/list-jobs.ts'
import type { ListProducts } from '#application/shop/list-products.ts'
import type { Redeliver } from '#application/callback/redeliver.ts'
import type { RunSync } from '#application/agent/run-sync.ts'
import type { Logger } from '#ports/logger.ts'
import type { AppEnv } from './context.ts'
import { allowOrigins } from './cross-origin.ts'
import { type DoorDeps, door } from './door.ts'
import { MethodNotAllowedError, NotFoundError } from './errors.ts'
import { publishedDocument, routeSummaries } from './openapi/document.ts'
import { answerProblem, problemHandler } from './problem.ts'
import { limitBody } from './read-json.ts'
import { isKnown } from './request-headers.ts'
import { type AgentRoutesDeps, agentRoutes } from './routes/agents.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { type JobRoutesDeps, jobRoutes } from './routes/jobs.ts'
import { listingRoutes } from './routes/listing.ts'
import { operationRoutes } from './routes/operations.ts'
import { productRoutes } from './routes/products.ts'
import { runRoutes } from './routes/run.ts'
import type { RequestSlots } from './slots.ts'
import { refuseStrayQuery } from './stray-query.ts'

export interface HttpDeps extends JobRoutesDeps, DoorDeps, AgentRoutesDeps {
  readonly runSync: RunSync
  /** The longest that a run may take. */
  readonly maxRunMs: number
  readonly slots: RequestSlots
  readonly listJobs: ListJobs
  readonly operations: BulkOperations
  readonly redeliver: Pick<Redeliver, 'execute'>
  readonly listProducts: ListProducts
  readonly getProduct: GetProduct
  readonly readiness: Pick<CheckReadiness, 'execute'>
  /** Origins of pages that may call from a browser; `*` for all. */
  readonly corsOrigins: readonly string[]
  readonly logger: Logger
  /** Where this runs, for `/healthz`. */
  readonly runtime: string
}

/** The whole HTTP interface, the same on every runtime. */
export function createHttpApp(deps: HttpDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  if (deps.corsOrigins.length > 0) app.use(allowOrigins(deps.corsOrigins))
  app.use(door(deps))
  app.use(refuseStrayQuery)
  app.use(limitBody)
  app.route('/run', runRoutes(deps))
  // Before the jobs, which would take "counts" for one of theirs.
  app.route('/jobs', listingRoutes(deps))
  app.route('/jobs', jobRoutes(deps))
  app.route('/jobs', deliveryRoutes(deps))
  app.route('/operations', operationRoutes(deps))
  app.route('/agents', agentRoutes(deps))
  app.route('/products', productRoutes(deps))
  app.get('/healthz', (c) => c.json({ status: 'ok', runtime: deps.runtime }))
  app.get('/readyz', async (c) => {
    const problem = await deps.readiness.execute()
    return problem ? answerProblem(c, problem) : c.json({ status: 'ready' })
  })
  app.get('/openapi.json', showContract)
  app.get('/', (c) => c.json({ service: 'errand', routes: routeSummaries() }))
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path)
    throw allowed.length > 0
      ? new MethodNotAllowedError(c.req.method, c.req.path, allowed)
      : new NotFoundError(c.req.path)
  })
  app.onError(problemHandler(deps.logger))
  return app
}

/** It changes with a deploy and at no other time. */
async function showContract(c: Context): Promise<Response> {
  const { text, etag } = await publishedDocument()
  const headers = { etag, 'cache-control': 'public, max-age=300' }
  if (isKnown(c, etag)) return c.body(null, 304, headers)
  return c.body(text, 200, { ...headers, 'content-type': 'application/json' })
}

/** The methods that some route takes at `path`. */
function methodsAt(app: Hono<AppEnv>, path: string): readonly string[] {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const isRoute = (method: string): boolean =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method !== 'ALL')
  const taken = methods.filter(isRoute)
  return taken.includes('GET') ? [...taken, 'HEAD'] : taken
}
