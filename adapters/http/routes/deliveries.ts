import { type Context, Hono } from 'hono'
import type { GetJob } from '#application/get-job.ts'
import type { Redeliver } from '#application/redeliver.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type AppEnv, needs, tenantOf } from '../context.ts'
import { deliveryView } from '../wire/views.ts'

export interface DeliveryRoutesDeps {
  readonly getJob: Pick<GetJob, 'execute'>
  readonly redeliver: Pick<Redeliver, 'execute'>
}

export function deliveryRoutes({ getJob, redeliver }: DeliveryRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/:id/deliveries', needs('read'), async (c) => c.json(logOf(await getJob.execute(keyOf(c)))))
    .post('/:id/deliveries/:deliveryId/redeliver', needs('submit'), async (c) =>
      c.json(logOf(await redeliver.execute({ ...keyOf(c), deliveryId: c.req.param('deliveryId') })), 202),
    )
}

function logOf({ id, deliveries }: JobRecord) {
  return { deliveries: deliveries.map((delivery) => deliveryView(id, delivery)) }
}

function keyOf(c: Context<AppEnv, '/:id'>): { readonly tenantId: string; readonly jobId: string } {
  return { tenantId: tenantOf(c), jobId: c.req.param('id') }
}
