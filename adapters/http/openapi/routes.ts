import * as z from 'zod'
import type { ErrorCode } from '#domain/errors.ts'
import type { Route } from './route.ts'
import { AgentList, Health, Index, ProductList, ProductWithDrafts } from '../wire/catalog.ts'
import { JobEvents, RunEvents } from '../wire/events.ts'
import { DeliveryLog, Job, Report } from '../wire/job.ts'
import { CountQuery, JobCounts, JobPage, ListQuery, OperationView } from '../wire/listing.ts'
import {
  EventsQuery,
  JobQuery,
  OperationRequest,
  ResolutionRequest,
  RunRequest,
  SubmitRequest,
} from '../wire/requests.ts'

const SUBMISSION: Pick<Route, 'headers' | 'answers'> = {
  headers: ['idempotency-key', 'prefer'],
  answers: {
    200: {
      description: 'The caller preferred to wait, and the job is finished.',
      schema: Job,
      headers: ['location', 'preference-applied', 'idempotency-replayed'],
    },
    202: {
      description: 'The job is on disk and goes on by itself.',
      schema: Job,
      headers: ['location', 'retry-after', 'preference-applied', 'idempotency-replayed'],
    },
  },
}

const SUBMISSION_ERRORS: readonly ErrorCode[] = [
  'unknown_agent',
  'invalid_input',
  'callback_refused',
  'idempotency_key_reused',
  'queue_full',
  'model_not_configured',
]

const BODY_ERRORS: readonly ErrorCode[] = ['malformed_json', 'payload_too_large', 'unsupported_media_type']

/** Every route, as it is documented. A test holds this against what the app takes. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'POST /run': {
    id: 'run',
    summary: 'Run an agent and wait for its report',
    description:
      'The caller leaving aborts the model call. With `Accept: text/event-stream` its steps and text come as they happen, and at the end its `report` or its `problem`.',
    scope: 'run',
    tag: 'runs',
    body: RunRequest,
    answers: { 200: { description: 'What the agent brings back.', schema: Report, events: RunEvents } },
    errors: [
      ...BODY_ERRORS,
      'unknown_agent',
      'invalid_input',
      'model_not_configured',
      'model_failed',
      'model_timeout',
      'limit_exceeded',
      'canceled',
    ],
  },
  'POST /jobs': {
    id: 'submitJob',
    summary: 'Submit a job',
    description: 'Answered when the job is on disk. It survives crashes, restarts and deploys from then on.',
    scope: 'submit',
    tag: 'jobs',
    body: SubmitRequest,
    ...SUBMISSION,
    errors: [...BODY_ERRORS, ...SUBMISSION_ERRORS],
  },
  'GET /jobs': {
    id: 'listJobs',
    summary: 'List jobs, newest first',
    description:
      'Conditions are joined by "and". A job that is there when a walk through the pages begins is met exactly once, whatever is submitted meanwhile. On Cloudflare the list may lag behind the jobs by moments.',
    scope: 'read',
    tag: 'jobs',
    query: ListQuery,
    answers: { 200: { description: 'A page of jobs.', schema: JobPage, headers: ['link'] } },
  },
  'GET /jobs/counts': {
    id: 'countJobs',
    summary: 'Count jobs by status',
    scope: 'read',
    tag: 'jobs',
    query: CountQuery,
    answers: { 200: { description: 'How many there are.', schema: JobCounts } },
  },
  'GET /jobs/{id}': {
    id: 'getJob',
    summary: 'A job and, when it is done, its report',
    scope: 'read',
    tag: 'jobs',
    query: JobQuery,
    headers: ['if-none-match'],
    answers: {
      200: { description: 'The job as it stands.', schema: Job, headers: ['etag'] },
      304: { description: 'The caller knows this version already.', headers: ['etag'] },
    },
    errors: ['job_not_found'],
  },
  'DELETE /jobs/{id}': {
    id: 'deleteJob',
    summary: 'Delete a finished job with all that belongs to it',
    scope: 'admin',
    tag: 'jobs',
    answers: { 204: { description: 'Nothing is left of it.' } },
    errors: ['job_not_found', 'job_not_finished', 'version_conflict'],
  },
  'GET /jobs/{id}/events': {
    id: 'watchJob',
    summary: 'Its events as they happen',
    description:
      'Server-Sent Events: the journal from the beginning, or after the event that the caller knows, then whatever comes, to the end. `id:` is the number of the event; `text` events have none, for the journal holds the text whole in the end. A comment comes when nothing else does for a while.',
    scope: 'read',
    tag: 'jobs',
    query: EventsQuery,
    headers: ['last-event-id'],
    answers: { 200: { description: 'The events.', events: JobEvents } },
    errors: ['job_not_found'],
  },
  'POST /jobs/{id}/cancel': {
    id: 'cancelJob',
    summary: 'Stop a job',
    description: 'No call begins after it; a call in flight is aborted. Harmless to repeat.',
    scope: 'cancel',
    tag: 'jobs',
    answers: {
      200: { description: 'It is canceled.', schema: Job },
      202: { description: 'It is canceled as soon as its executor has stopped.', schema: Job },
    },
    errors: ['job_not_found', 'job_finished', 'version_conflict'],
  },
  'POST /jobs/{id}/retry': {
    id: 'retryJob',
    summary: 'Submit the work of a failed or canceled job again',
    description: 'As a job of its own, whose `retryOf` names this one.',
    scope: 'submit',
    tag: 'jobs',
    ...SUBMISSION,
    errors: [...SUBMISSION_ERRORS, 'job_not_found', 'job_not_retryable'],
  },
  'POST /jobs/{id}/calls/{callId}/resolve': {
    id: 'resolveCall',
    summary: 'Say what became of a call of unknown outcome',
    description:
      'It happened and brought this; it did not happen and may be made; or the job shall fail. Harmless to repeat.',
    scope: 'submit',
    tag: 'jobs',
    body: ResolutionRequest,
    answers: { 200: { description: 'The job as it stands then.', schema: Job } },
    errors: [...BODY_ERRORS, 'job_not_found', 'call_not_found', 'version_conflict'],
  },
  'GET /jobs/{id}/deliveries': {
    id: 'listDeliveries',
    summary: 'The messages to its callback, and how they fare',
    scope: 'read',
    tag: 'callbacks',
    answers: { 200: { description: 'Oldest first.', schema: DeliveryLog } },
    errors: ['job_not_found'],
  },
  'POST /jobs/{id}/deliveries/{deliveryId}/redeliver': {
    id: 'redeliver',
    summary: 'Send a message again',
    scope: 'submit',
    tag: 'callbacks',
    answers: { 202: { description: 'It is sent at once, and again until it arrives.', schema: DeliveryLog } },
    errors: ['job_not_found', 'delivery_not_found', 'version_conflict'],
  },
  'POST /operations': {
    id: 'startOperation',
    summary: 'Cancel or retry every job that fits a filter',
    description: 'Needs the scope of the action: `cancel`, or `submit` to retry.',
    scope: 'cancel',
    tag: 'operations',
    body: OperationRequest,
    headers: ['idempotency-key'],
    answers: {
      202: {
        description: 'It goes on by itself.',
        schema: OperationView,
        headers: ['location', 'retry-after', 'idempotency-replayed'],
      },
    },
    errors: [...BODY_ERRORS, 'idempotency_key_reused'],
  },
  'GET /operations/{id}': {
    id: 'getOperation',
    summary: 'How far an operation has come',
    scope: 'read',
    tag: 'operations',
    answers: { 200: { description: 'The operation.', schema: OperationView } },
    errors: ['operation_not_found'],
  },
  'GET /agents': {
    id: 'listAgents',
    summary: 'The agents and what they take',
    scope: 'read',
    tag: 'runs',
    answers: { 200: { description: 'All of them.', schema: AgentList } },
  },
  'GET /products': {
    id: 'listProducts',
    summary: 'The products of the shop',
    scope: 'read',
    tag: 'shop',
    answers: { 200: { description: 'All of them, by handle.', schema: ProductList } },
  },
  'GET /products/{handle}': {
    id: 'getProduct',
    summary: 'A product and the drafts written for it',
    scope: 'read',
    tag: 'shop',
    answers: { 200: { description: 'The product.', schema: ProductWithDrafts } },
    errors: ['product_not_found'],
  },
  'GET /healthz': {
    id: 'health',
    summary: 'Whether the service is up',
    scope: null,
    tag: 'service',
    answers: { 200: { description: 'It is.', schema: Health } },
  },
  'GET /openapi.json': {
    id: 'openApi',
    summary: 'This document',
    scope: null,
    tag: 'service',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
  },
  'GET /': {
    id: 'index',
    summary: 'What there is',
    scope: null,
    tag: 'service',
    answers: { 200: { description: 'The routes.', schema: Index } },
  },
}
