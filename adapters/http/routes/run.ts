import { Hono } from 'hono'
import type { RunSync } from '#application/agent/run-sync.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, callerOf, needs } from '../context.ts'
import { readJson } from '../read-json.ts'
import { runStream } from '../run-stream.ts'
import { GRACE_MS, type RequestSlots, whileHeld } from '../slots.ts'
import { SSE_HEADERS } from '../sse.ts'
import { RunRequest } from '../wire/requests.ts'
import { reportView } from '../wire/views.ts'

export interface RunRoutesDeps {
  readonly runSync: RunSync
  readonly slots: Pick<RequestSlots, 'runs'>
  /** The longest that a run may take. */
  readonly maxRunMs: number
  readonly clock: Clock
  readonly logger: Logger
}

export function runRoutes({ runSync, slots, maxRunMs, clock, logger }: RunRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/', needs('run'), async (c) => {
    const request = { ...(await readJson(c, RunRequest)), ...callerOf(c) }
    const { signal } = c.req.raw
    const slot = slots.runs.take(request.tenantId, maxRunMs + GRACE_MS)
    if (!(c.req.header('accept') ?? '').includes('text/event-stream')) {
      return c.json(reportView(await whileHeld(slot, () => runSync.execute({ ...request, signal }))))
    }
    const onFault = (error: unknown): void => {
      logger.error('A streamed run failed.', error, { agent: request.agent })
    }
    const held: Pick<RunSync, 'execute'> = { execute: (command) => whileHeld(slot, () => runSync.execute(command)) }
    return c.body(await runStream({ runSync: held, clock, onFault }, { ...request, signal }), 200, SSE_HEADERS)
  })
}
