import {
  BatchFinishedError,
  BatchFullError,
  BatchClosedError,
  BatchNotFinishedError,
  BatchNotFoundError,
  NothingToRetryError,
  TooManyItemsError,
  UploadConflictError,
} from '#domain/batch/errors.ts'
import type { ErrorCode } from '#domain/app-error.ts'
import { pathParameter } from '../../openapi/path-parameter.ts'
import { BODY_ERRORS, type Route } from '../../openapi/route.ts'
import type { Tag } from '../../openapi/tags.ts'
import type { RefusalExamples } from '../../resource.ts'
import { DELIVERY_ID } from '../jobs/path-parameters.ts'
import { BatchDeliveryLog } from '../../wire/batch-deliveries.ts'
import { BATCH_EXAMPLES } from '../../wire/batch-examples.ts'
import {
  BatchEvents,
  BatchItemPage,
  BatchLine,
  BatchPage,
  BatchRequest,
  BatchResult,
  BatchView,
  BatchesQuery,
  ItemsQuery,
  ResultsQuery,
  UploadQuery,
  UploadView,
} from '../../wire/batches.ts'

const BATCHES: Tag = { name: 'batches', description: 'Work in bulk: up to hundreds of thousands of items.' }

const BATCH = BATCH_EXAMPLES.batch.id

const ID = pathParameter('BatchId', /^bat_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of a batch.',
  example: BATCH,
})

const AT_BATCH = { path: { id: ID }, tag: BATCHES } as const

const SHOWN = { 200: { description: 'The batch.', schema: BatchView } } as const

const COMMAND = {
  ...AT_BATCH,
  answers: SHOWN,
  errors: ['unsupported_media_type', 'batch_not_found', 'batch_finished', 'version_conflict'] as readonly ErrorCode[],
}

export const BATCH_REFUSALS: RefusalExamples = {
  [`/batches/${BATCH}`]: [new BatchNotFoundError(BATCH)],
  [`/batches/${BATCH}/items`]: [
    new BatchClosedError(BATCH, 150_000),
    new UploadConflictError(0, 12_000),
    new TooManyItemsError(1_000_000, 1_000_000),
    new BatchFullError(BATCH, 1_000_000, 1_000_000),
  ],
  [`/batches/${BATCH}/pause`]: [new BatchFinishedError(BATCH, 'completed', 'pause')],
  [`/batches/${BATCH}/retry-failed`]: [new BatchNotFinishedError(BATCH, 'running'), new NothingToRetryError(BATCH, 7)],
}

/** What is said of the batches' routes in the document. */
export const BATCH_ROUTES: Readonly<Record<string, Route>> = {
  'POST /': {
    id: 'createBatch',
    summary: 'Create a batch of items for one agent',
    description:
      'It is open: items are added with `PUT /batches/{id}/items`, and become jobs while they come. With `items` in the body, they are added and the batch is closed.',
    scope: 'submit',
    tag: BATCHES,
    body: BatchRequest,
    headers: ['idempotency-key'],
    answers: {
      201: { description: 'The batch.', schema: BatchView, headers: ['location', 'idempotency-replayed'] },
    },
    errors: [
      ...BODY_ERRORS,
      'unknown_agent',
      'too_many_items',
      'batch_full',
      'callback_refused',
      'idempotency_key_reused',
      'model_not_configured',
    ],
  },
  'GET /': {
    id: 'listBatches',
    summary: 'List batches, newest first',
    scope: 'read',
    tag: BATCHES,
    query: BatchesQuery,
    answers: { 200: { description: 'A page of batches.', schema: BatchPage } },
  },
  'GET /{id}': {
    id: 'getBatch',
    summary: 'How far a batch has come',
    ...AT_BATCH,
    scope: 'read',
    answers: SHOWN,
    errors: ['batch_not_found'],
  },
  'PUT /{id}/items': {
    id: 'uploadItems',
    summary: 'Add lines to a batch',
    description:
      'Lines are stored as they come, in chunks. After an upload that broke off, go on from `next` of the batch: from anywhere else is refused with 409, so no line is taken twice. A line that cannot be read, a line longer than 1 MiB, an input that the agent does not take, and a key that an earlier line has, become failed items and do not end the upload. Every line counts, an empty one too.',
    ...AT_BATCH,
    scope: 'submit',
    query: UploadQuery,
    bodyLines: { id: 'BatchLine', schema: BatchLine, example: BATCH_EXAMPLES.lines },
    answers: { 200: { description: 'What became of the lines.', schema: UploadView } },
    errors: [
      'unsupported_media_type',
      'unknown_agent',
      'batch_not_found',
      'batch_closed',
      'upload_conflict',
      'too_many_items',
      'batch_full',
      'too_many_at_once',
    ],
  },
  'GET /{id}/items': {
    id: 'listItems',
    summary: 'List the items of a batch, in their order',
    description: 'A page ends early where its items reach about 1 MiB.',
    ...AT_BATCH,
    scope: 'read',
    query: ItemsQuery,
    answers: { 200: { description: 'A page of items.', schema: BatchItemPage } },
    errors: ['batch_not_found'],
  },
  'GET /{id}/results': {
    id: 'readResults',
    summary: 'What has become of the items of a batch, in their order',
    description:
      'All of them, as they are now. A walk that broke off goes on after the last line that came (`after`). Outputs are there as long as their jobs are kept.',
    ...AT_BATCH,
    scope: 'read',
    query: ResultsQuery,
    answers: {
      200: {
        description: 'The results.',
        lines: { id: 'BatchResult', schema: BatchResult, example: BATCH_EXAMPLES.results },
      },
    },
    errors: ['batch_not_found', 'too_many_at_once'],
  },
  'GET /{id}/events': {
    id: 'watchBatch',
    summary: 'Its progress as it happens',
    description: 'Server-Sent Events: `progress` whenever something has changed, at most once a second, to the end.',
    ...AT_BATCH,
    scope: 'read',
    answers: {
      200: {
        description: 'The events.',
        events: { id: 'BatchEvents', schema: BatchEvents, example: BATCH_EXAMPLES.events },
      },
    },
    errors: ['batch_not_found', 'too_many_at_once'],
  },
  'GET /{id}/deliveries': {
    id: 'listBatchDeliveries',
    summary: 'The messages to its callback, and how they fare',
    ...AT_BATCH,
    scope: 'read',
    answers: { 200: { description: 'Oldest first.', schema: BatchDeliveryLog } },
    errors: ['batch_not_found'],
  },
  'POST /{id}/deliveries/{deliveryId}/redeliver': {
    id: 'redeliverBatchCallback',
    summary: 'Send a message about a batch again',
    tag: BATCHES,
    path: { id: ID, deliveryId: DELIVERY_ID },
    scope: 'submit',
    answers: { 202: { description: 'It is sent at once, and again until it arrives.', schema: BatchDeliveryLog } },
    errors: [
      'unsupported_media_type',
      'batch_not_found',
      'delivery_not_found',
      'redelivered_recently',
      'redelivery_limit',
      'version_conflict',
    ],
  },
  'POST /{id}/close': {
    id: 'closeBatch',
    summary: 'No more items',
    description: 'Nothing can be added after it. Harmless to repeat.',
    ...COMMAND,
    scope: 'submit',
    errors: ['unsupported_media_type', 'batch_not_found', 'version_conflict'],
  },
  'POST /{id}/pause': {
    id: 'pauseBatch',
    summary: 'Begin no more items',
    description: 'Items that are jobs already go on. Harmless to repeat.',
    ...COMMAND,
    scope: 'cancel',
  },
  'POST /{id}/resume': {
    id: 'resumeBatch',
    summary: 'Go on with a paused batch',
    ...COMMAND,
    scope: 'submit',
  },
  'POST /{id}/cancel': {
    id: 'cancelBatch',
    summary: 'Cancel a batch',
    description: 'Its jobs are canceled, and its other items never become jobs. Harmless to repeat.',
    ...COMMAND,
    scope: 'cancel',
  },
  'POST /{id}/retry-failed': {
    id: 'retryFailedItems',
    summary: 'Do the failed items of a finished batch again',
    description:
      'Each as a new job. Of a batch that has stopped, also the items that were not tried. Lines that were refused (`refusedLines`) stay failed, and items whose job has calls of unknown outcome fail again.',
    ...COMMAND,
    scope: 'submit',
    errors: [...COMMAND.errors, 'batch_not_finished', 'nothing_to_retry'],
  },
}
