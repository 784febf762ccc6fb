import { Hono } from 'hono'
import { type AppEnv, tenantOf } from '../context.ts'
import type { Route } from '../openapi/route.ts'
import { SERVICE } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'

/** The metrics of a tenant in Prometheus' text format. */
export type MetricsText = (tenantId: string) => Promise<string>

export interface MetricsResourceDeps {
  /** Absent where nothing is counted. */
  readonly metricsText?: MetricsText | undefined
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Served only where the settings ask for it. */
export function metricsResource({ metricsText }: MetricsResourceDeps): readonly Resource[] {
  if (!metricsText) return []
  const app = new Hono<AppEnv>().get('/', async (c) =>
    c.body(await metricsText(tenantOf(c)), 200, { 'content-type': TYPE }),
  )
  return [{ path: '/metrics', routes: ROUTES, app }]
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'metrics',
    summary: 'Metrics for Prometheus',
    description:
      "What this server has counted since its start, and the unfinished jobs now. A key sees its own tenant's series.",
    scope: 'admin',
    tag: SERVICE,
    answers: { 200: { description: "Prometheus' text format." } },
  },
}
