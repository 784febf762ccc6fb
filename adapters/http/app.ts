import { Hono } from 'hono'
import type { CancelJob } from '#application/cancel-job.ts'
import type { GetJob } from '#application/get-job.ts'
import type { GetProduct } from '#application/get-product.ts'
import type { ListProducts } from '#application/list-products.ts'
import type { ResolveCall } from '#application/resolve-call.ts'
import type { RunSync } from '#application/run-sync.ts'
import type { SubmitJob } from '#application/submit-job.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { Logger } from '#ports/logger.ts'
import { MethodNotAllowedError, NotFoundError } from './http-errors.ts'
import { problemHandler } from './problem.ts'
import { limitBody } from './read-json.ts'
import { agentRoutes } from './routes/agents.ts'
import { type OpenEvents, jobRoutes } from './routes/jobs.ts'
import { productRoutes } from './routes/products.ts'
import { runRoutes } from './routes/run.ts'

export interface HttpDeps {
  readonly runSync: RunSync
  readonly submitJob: SubmitJob
  readonly getJob: GetJob
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly resolveCall: Pick<ResolveCall, 'execute'>
  readonly openEvents: OpenEvents
  readonly listProducts: ListProducts
  readonly getProduct: GetProduct
  readonly agents: AgentRegistry
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
  readonly logger: Logger
  /** Where this runs, for `/healthz`. */
  readonly runtime: string
}

const ROUTES = {
  'POST /run': 'run an agent and wait for its report',
  'POST /jobs': 'submit a job',
  'GET /jobs/{id}': 'a job and, when it is done, its report',
  'GET /jobs/{id}/events': 'its events as they happen (Server-Sent Events)',
  'POST /jobs/{id}/cancel': 'stop a job',
  'POST /jobs/{id}/calls/{callId}/resolve': 'say what became of a call of unknown outcome',
  'GET /agents': 'the agents and what they take',
  'GET /products': 'the products of the shop',
  'GET /products/{handle}': 'a product and the drafts written for it',
  'GET /healthz': 'whether the service is up',
}

/** The whole HTTP interface, the same on every runtime. */
export function createHttpApp(deps: HttpDeps): Hono {
  const app = new Hono()
  app.use(limitBody)
  app.route('/run', runRoutes(deps))
  app.route('/jobs', jobRoutes(deps))
  app.route('/agents', agentRoutes(deps))
  app.route('/products', productRoutes(deps))
  app.get('/healthz', (c) => c.json({ status: 'ok', runtime: deps.runtime }))
  app.get('/', (c) => c.json({ service: 'errand', routes: ROUTES }))
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path)
    throw allowed.length > 0
      ? new MethodNotAllowedError(c.req.method, c.req.path, allowed)
      : new NotFoundError(c.req.path)
  })
  app.onError(problemHandler(deps.logger))
  return app
}

/** The methods that some route takes at `path`. */
function methodsAt(app: Hono, path: string): readonly string[] {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const isRoute = (method: string): boolean =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method !== 'ALL')
  const taken = methods.filter(isRoute)
  return taken.includes('GET') ? [...taken, 'HEAD'] : taken
}
