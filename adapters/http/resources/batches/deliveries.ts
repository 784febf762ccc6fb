import { Hono } from 'hono'
import type { Batches } from '#application/batch/batches.ts'
import type { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { deliveryView } from '../../wire/views.ts'

export interface DeliveriesDeps {
  readonly batches: Pick<Batches, 'get'>
  readonly redeliverBatchCallback: Pick<RedeliverBatchCallback, 'execute'>
}

export function deliveries({ batches, redeliverBatchCallback }: DeliveriesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/:id/deliveries', async (c) => {
      const { batch } = await batches.get({ tenantId: tenantOf(c), batchId: c.req.param('id') })
      return c.json(logOf(batch))
    })
    .post('/:id/deliveries/:deliveryId/redeliver', async (c) => {
      const { id: batchId, deliveryId } = c.req.param()
      const batch = await redeliverBatchCallback.execute({ ...callerOf(c), batchId, deliveryId })
      return c.json(mayRead(c) ? logOf(batch) : lineOf(batch, deliveryId), 202)
    })
}

function logOf({ id, deliveries }: Batch) {
  return { deliveries: deliveries.map((delivery) => deliveryView(`/batches/${id}`, delivery, true)) }
}

/** For a key that may not read the log: the one message that was asked for. */
function lineOf({ id: batchId, deliveries }: Batch, deliveryId: string) {
  const asked = deliveries.filter(({ id }) => id === deliveryId)
  return { deliveries: asked.map((delivery) => deliveryView(`/batches/${batchId}`, delivery, false)) }
}
