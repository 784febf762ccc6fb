import * as z from 'zod'

/** What stands in a path. Anything of another form is answered with 404, for there cannot be such a thing. */
const parameter = (id: string, pattern: RegExp, shown: { readonly description: string; readonly example: string }) =>
  z
    .string()
    .regex(pattern)
    .meta({ description: shown.description, examples: [shown.example], param: { id } })

const SEGMENT = /^[^/]+$/

export const JOB_ID = parameter('JobId', /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of a job.',
  example: 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
})

export const CALL_ID = parameter('CallId', SEGMENT, {
  description: 'Id of a call that the job waits for, from its `waiting`.',
  example: 'call_1',
})

export const DELIVERY_ID = parameter('DeliveryId', /^msg_[0-9A-Z]{26}_\d+$/, {
  description: 'Id of a message, from the deliveries of the job.',
  example: 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1',
})

export const OPERATION_ID = parameter('OperationId', /^op_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of an operation.',
  example: 'op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
})

export const PRODUCT_HANDLE = parameter('ProductHandle', SEGMENT, {
  description: 'Handle of a product; `GET /products` lists them.',
  example: 'linen-apron',
})
