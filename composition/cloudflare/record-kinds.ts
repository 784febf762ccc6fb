import { BATCH } from '#domain/batch/batch.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'

/** The kinds of records that have objects, each with the binding of its class. A further kind is a line here. */
export const RECORD_KINDS = [
  { kind: OPERATION, binding: 'BULK_OPERATION' },
  { kind: SCHEDULE, binding: 'SCHEDULE' },
  { kind: LIMIT_WINDOW, binding: 'SCHEDULE_LIMIT' },
  { kind: WEBHOOK_LOG, binding: 'WEBHOOK_LOG' },
  { kind: BATCH, binding: 'BATCH' },
] as const
