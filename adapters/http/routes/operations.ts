import { Hono } from 'hono'
import type { BulkOperations } from '#application/operation/bulk-operations.ts'
import type { BulkResolution } from '#domain/operation/operation.ts'
import { type AppEnv, callerOf, demand, needs, tenantOf } from '../context.ts'
import { readJson } from '../read-json.ts'
import { idempotencyKey } from '../request-headers.ts'
import { filterOfBody, operationView } from '../wire/listing-views.ts'
import { type OperationBody, OperationRequest } from '../wire/requests.ts'

const SCOPE = { cancel: 'cancel', retry: 'submit', resolve: 'submit' } as const

export function operationRoutes({ operations }: { readonly operations: BulkOperations }): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .post('/', async (c) => {
      const key = idempotencyKey(c)
      const body = await readJson(c, OperationRequest)
      const { action, filter } = body
      demand(c, SCOPE[action])
      const resolve = resolutionOf(body)
      const command = { ...callerOf(c), action, resolve, filter: filterOfBody(filter), idempotencyKey: key }
      const { record: operation, created } = await operations.start(command)
      if (!created) c.header('idempotency-replayed', 'true')
      c.header('location', `/operations/${operation.id}`)
      c.header('retry-after', '1')
      return c.json(operationView(operation), 202)
    })
    .get('/:id', needs('read'), async (c) =>
      c.json(operationView(await operations.get(tenantOf(c), c.req.param('id')))),
    )
}

function resolutionOf(body: OperationBody): BulkResolution | null {
  if (body.action !== 'resolve') return null
  const { tool = null } = body
  if (body.outcome !== 'happened') return { tool, resolution: { outcome: body.outcome } }
  return { tool, resolution: { outcome: body.outcome, result: body.result ?? null } }
}
