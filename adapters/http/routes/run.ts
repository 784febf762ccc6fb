import { Hono } from 'hono'
import type { RunSync } from '#application/run-sync.ts'
import { readJson } from '../read-json.ts'
import { AgentRequest } from '../wire/requests.ts'
import { reportView } from '../wire/views.ts'

export function runRoutes({ runSync }: { readonly runSync: RunSync }): Hono {
  return new Hono().post('/', async (c) => {
    const request = await readJson(c, AgentRequest)
    const report = await runSync.execute({ ...request, signal: c.req.raw.signal })
    return c.json(reportView(report))
  })
}
