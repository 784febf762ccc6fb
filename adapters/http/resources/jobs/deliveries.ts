import { type Context, Hono } from 'hono'
import type { GetJob } from '#application/job/get-job.ts'
import type { Redeliver } from '#application/callback/redeliver.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { deliveryAskedFor, deliveryLog } from '../../wire/delivery-views.ts'

export interface DeliveriesDeps {
  readonly getJob: Pick<GetJob, 'execute'>
  readonly redeliver: Pick<Redeliver, 'execute'>
}

export function deliveries({ getJob, redeliver }: DeliveriesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/:id/deliveries', async (c) => {
      const job = await getJob.execute(keyOf(c))
      return c.json(deliveryLog(pathOf(job), job.deliveries))
    })
    .post('/:id/deliveries/:deliveryId/redeliver', async (c) => {
      const deliveryId = c.req.param('deliveryId')
      const job = await redeliver.execute({ ...callerOf(c), jobId: c.req.param('id'), deliveryId })
      const log = mayRead(c) ? deliveryLog : deliveryAskedFor
      return c.json(log(pathOf(job), job.deliveries, deliveryId), 202)
    })
}

function pathOf({ id }: JobRecord): string {
  return `/jobs/${id}`
}

function keyOf(c: Context<AppEnv, '/:id'>): { readonly tenantId: string; readonly jobId: string } {
  return { tenantId: tenantOf(c), jobId: c.req.param('id') }
}
