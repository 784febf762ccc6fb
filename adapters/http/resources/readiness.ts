import { Hono } from 'hono'
import type { CheckReadiness } from '#application/health/check-readiness.ts'
import { ClockSkewError, StoppingError } from '#domain/health/errors.ts'
import type { AppEnv } from '../context.ts'
import type { Route } from '../openapi/route.ts'
import { SERVICE } from '../openapi/tags.ts'
import { answerProblem } from '../problem.ts'
import type { Resource } from '../resource.ts'
import { Readiness } from '../wire/service.ts'

export interface ReadinessResourceDeps {
  readonly readiness: Pick<CheckReadiness, 'execute'>
}

export function readinessResource({ readiness }: ReadinessResourceDeps): Resource {
  const app = new Hono<AppEnv>().get('/', async (c) => {
    const problem = await readiness.execute()
    return problem ? answerProblem(c, problem) : c.json({ status: 'ready' })
  })
  return { path: '/readyz', routes: ROUTES, refusals: REFUSALS, app }
}

const REFUSALS = { '/readyz': [new ClockSkewError(42_000, 15_000), new StoppingError()] }

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'readiness',
    summary: 'Whether the service can serve requests now',
    description:
      'For load balancers: 200 when the storage can be reached, 503 when it cannot be within two seconds, or when the clock of this server differs too much from that of the database. While the server stops, new connections are refused, and a request that had begun hears `stopping`. An answer may be a second old.',
    scope: null,
    tag: SERVICE,
    answers: { 200: { description: 'It can.', schema: Readiness } },
    errors: ['storage_unavailable', 'clock_skew', 'stopping'],
  },
}
