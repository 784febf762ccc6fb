import { Hono } from 'hono'
import type { AppEnv } from '../../context.ts'
import type { Resource } from '../../resource.ts'
import { callback } from './callback.ts'
import { type DeliveriesDeps, deliveries } from './deliveries.ts'
import { type JobsDeps, jobs } from './jobs.ts'
import { type ListingDeps, listing } from './listing.ts'
import { JOB_REFUSALS } from './refusals.ts'
import { JOB_ROUTES } from './routes.ts'

export interface JobResourceDeps extends JobsDeps, ListingDeps, DeliveriesDeps {}

export function jobResource(deps: JobResourceDeps): Resource {
  return {
    path: '/jobs',
    routes: JOB_ROUTES,
    webhooks: { callback: { post: callback('callback', 'We call the URL of the tenant') } },
    refusals: JOB_REFUSALS,
    app: new Hono<AppEnv>()
      // Before the jobs, which would take "counts" for one of theirs.
      .route('/', listing(deps))
      .route('/', jobs(deps))
      .route('/', deliveries(deps)),
  }
}
