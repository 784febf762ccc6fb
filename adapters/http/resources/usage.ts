import { Hono } from 'hono'
import type * as z from 'zod'
import { DAY_MS } from '#domain/time/duration.ts'
import type { Clock } from '#ports/clock.ts'
import type { UsageLedger } from '#ports/usage-ledger.ts'
import { type AppEnv, tenantOf } from '../context.ts'
import { InvalidRequestError } from '../errors.ts'
import { SERVICE } from '../openapi/tags.ts'
import { readQuery } from '../read-query.ts'
import type { Resource } from '../resource.ts'
import { UsageQuery, UsageReport } from '../wire/usage.ts'
import { dayOf, usageView } from '../wire/usage-views.ts'

export interface UsageResourceDeps {
  readonly usage: UsageLedger
  readonly clock: Pick<Clock, 'now'>
}

/** Where a question says only when it ends. */
const DAYS = 7
const MOST_DAYS = 366

export function usageResource({ usage, clock }: UsageResourceDeps): Resource {
  const app = new Hono<AppEnv>().get('/', async (c) => {
    const { agent, model, ...asked } = readQuery(c, UsageQuery)
    const at = clock.now()
    const days = daysOf(asked, at)
    const narrow = { ...(agent !== undefined && { agent }), ...(model !== undefined && { model }) }
    return c.json(usageView(await usage.read({ tenantId: tenantOf(c), ...days, ...narrow }), { ...days, at }))
  })
  return { path: '/usage', routes: ROUTES, app }
}

/** @throws {InvalidRequestError} */
function daysOf(asked: Pick<z.infer<typeof UsageQuery>, 'from' | 'to'>, now: number): { from: number; to: number } {
  const to = asked.to === undefined ? Math.floor(now / DAY_MS) : dayOf(asked.to)
  const from = asked.from === undefined ? Math.max(0, to - DAYS + 1) : dayOf(asked.from)
  if (from > to) throw new InvalidRequestError(['from: must not be after "to", which is today without it'])
  if (to - from >= MOST_DAYS)
    throw new InvalidRequestError([`from: must be at most ${String(MOST_DAYS - 1)} days before "to"`])
  return { from, to }
}

const ROUTES = {
  'GET /': {
    id: 'usage',
    summary: 'What jobs and runs have used and cost, by day, agent and model',
    description:
      'Of all jobs and runs that ended in these days, at most 366, also of jobs that were deleted since. Each counts in the day of UTC in which it ended. The sums may lag behind runs by moments, and on Cloudflare behind jobs.',
    scope: 'read',
    tag: SERVICE,
    query: UsageQuery,
    answers: { 200: { description: 'The sums.', schema: UsageReport } },
  },
} as const
