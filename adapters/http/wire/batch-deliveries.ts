import * as z from 'zod'
import { BATCH_EVENTS } from '#domain/batch/batch.ts'
import { BATCH_EXAMPLES } from './batch-examples.ts'
import { deliveryFields } from './job.ts'

export const BatchDeliveryView = z.object({ ...deliveryFields, event: z.enum(BATCH_EVENTS) }).meta({
  id: 'BatchDelivery',
  examples: [BATCH_EXAMPLES.delivery],
  description: 'A message to your server about a batch, with the statuses of a `Delivery`.',
})

export const BatchDeliveryLog = z
  .object({ deliveries: z.array(BatchDeliveryView) })
  .meta({ id: 'BatchDeliveryLog', examples: [BATCH_EXAMPLES.deliveries] })
