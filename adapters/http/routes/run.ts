import { Hono } from 'hono'
import type { RunSync } from '#application/run-sync.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, needs, tenantOf } from '../context.ts'
import { readJson } from '../read-json.ts'
import { runStream } from '../run-stream.ts'
import { SSE_HEADERS } from '../sse.ts'
import { RunRequest } from '../wire/requests.ts'
import { reportView } from '../wire/views.ts'

export interface RunRoutesDeps {
  readonly runSync: RunSync
  readonly clock: Clock
  readonly logger: Logger
}

export function runRoutes({ runSync, clock, logger }: RunRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/', needs('run'), async (c) => {
    const request = { ...(await readJson(c, RunRequest)), tenantId: tenantOf(c) }
    const { signal } = c.req.raw
    if (!(c.req.header('accept') ?? '').includes('text/event-stream')) {
      return c.json(reportView(await runSync.execute({ ...request, signal })))
    }
    const onFault = (error: unknown): void => {
      logger.error('A streamed run failed.', error, { agent: request.agent })
    }
    return c.body(await runStream({ runSync, clock, onFault }, { ...request, signal }), 200, SSE_HEADERS)
  })
}
