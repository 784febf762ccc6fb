import { SEGMENT, pathParameter } from '../../openapi/path-parameter.ts'

export const JOB_ID = pathParameter('JobId', /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of a job.',
  example: 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
})

export const CALL_ID = pathParameter('CallId', SEGMENT, {
  description: 'Id of a call that the job waits for, from its `waiting`.',
  example: 'call_1',
})

export const DELIVERY_ID = pathParameter('DeliveryId', /^msg_[0-9A-Z]{26}_\d+$/, {
  description: 'Id of a message, from the deliveries of the job or the batch.',
  example: 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1',
})
