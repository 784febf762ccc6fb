import { type Context, Hono } from 'hono'
import type { GetJob } from '#application/job/get-job.ts'
import type { Redeliver } from '#application/callback/redeliver.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { deliveryView } from '../../wire/views.ts'

export interface DeliveriesDeps {
  readonly getJob: Pick<GetJob, 'execute'>
  readonly redeliver: Pick<Redeliver, 'execute'>
}

export function deliveries({ getJob, redeliver }: DeliveriesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/:id/deliveries', async (c) => c.json(logOf(await getJob.execute(keyOf(c)))))
    .post('/:id/deliveries/:deliveryId/redeliver', async (c) => {
      const deliveryId = c.req.param('deliveryId')
      const job = await redeliver.execute({ ...callerOf(c), jobId: c.req.param('id'), deliveryId })
      return c.json(mayRead(c) ? logOf(job) : lineOf(job, deliveryId), 202)
    })
}

function logOf({ id, deliveries }: JobRecord) {
  return { deliveries: deliveries.map((delivery) => deliveryView(`/jobs/${id}`, delivery, true)) }
}

/** For a key that may not read the log: the one message that was asked for. */
function lineOf({ id: jobId, deliveries }: JobRecord, deliveryId: string) {
  const asked = deliveries.filter(({ id }) => id === deliveryId)
  return { deliveries: asked.map((delivery) => deliveryView(`/jobs/${jobId}`, delivery, false)) }
}

function keyOf(c: Context<AppEnv, '/:id'>): { readonly tenantId: string; readonly jobId: string } {
  return { tenantId: tenantOf(c), jobId: c.req.param('id') }
}
