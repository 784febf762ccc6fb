import { Hono } from 'hono'
import type { Batches } from '#application/batch/batches.ts'
import type { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { deliveryAskedFor, deliveryLog } from '../../wire/delivery-views.ts'

export interface DeliveriesDeps {
  readonly batches: Pick<Batches, 'get'>
  readonly redeliverBatchCallback: Pick<RedeliverBatchCallback, 'execute'>
}

export function deliveries({ batches, redeliverBatchCallback }: DeliveriesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/:id/deliveries', async (c) => {
      const { batch } = await batches.get({ tenantId: tenantOf(c), batchId: c.req.param('id') })
      return c.json(deliveryLog(pathOf(batch), batch.deliveries))
    })
    .post('/:id/deliveries/:deliveryId/redeliver', async (c) => {
      const { id: batchId, deliveryId } = c.req.param()
      const batch = await redeliverBatchCallback.execute({ ...callerOf(c), batchId, deliveryId })
      const log = mayRead(c) ? deliveryLog : deliveryAskedFor
      return c.json(log(pathOf(batch), batch.deliveries, deliveryId), 202)
    })
}

function pathOf({ id }: Batch): string {
  return `/batches/${id}`
}
