import {
  CallbackRefusedError,
  DeliveryNotFoundError,
  RedeliveredRecentlyError,
  RedeliveryLimitError,
} from '#domain/callback/errors.ts'
import {
  CallNotFoundError,
  CallNotReadyError,
  JobFinishedError,
  JobNotFinishedError,
  JobNotFoundError,
  JobNotRetryableError,
  OutcomeUnknownError,
  QueueFullError,
} from '#domain/job/errors.ts'
import { WriteUnderWayError } from '#domain/write/errors.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { RefusalExamples } from '../../resource.ts'

const JOB = 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

export const JOB_REFUSALS: RefusalExamples = {
  '/jobs': [
    new QueueFullError(200_000, 5000),
    new CallbackRefusedError('Callbacks are signed, and there is no secret to sign them with yet.'),
  ],
  [`/jobs/${JOB}`]: [
    new JobNotFoundError(JOB),
    new JobFinishedError(JOB, 'completed'),
    new JobNotFinishedError(JOB, 'running'),
    new JobNotRetryableError(JOB, 'completed'),
    new OutcomeUnknownError(JOB, [{ callId: 'call_1', name: 'save_draft' }]),
    new WriteUnderWayError(JOB, { id: 'prop_01KASH2V8ZQ5D3N6W7X8Y9Z0AB_7X8Y9Z_1', status: 'applying' }),
    new VersionConflictError(JOB, 3),
    new CallNotFoundError(JOB, 'call_1'),
    new CallNotReadyError(JOB, 'call_1'),
    new RedeliveredRecentlyError('msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1', 8000),
    new RedeliveryLimitError(JOB, 100),
    new DeliveryNotFoundError(JOB, 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_2'),
  ],
}
