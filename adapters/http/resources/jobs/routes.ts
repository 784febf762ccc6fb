import type { ErrorCode } from '#domain/app-error.ts'
import { DeliveryLog, Job } from '../../wire/job.ts'
import { ActivityQuery, JobActivity } from '../../wire/activity.ts'
import { CountQuery, JobCounts, JobPage, ListQuery } from '../../wire/listing.ts'
import { EventsQuery, JobQuery, ResolutionRequest, SubmitRequest } from '../../wire/requests.ts'
import { BODY_ERRORS, type Route } from '../../openapi/route.ts'
import { STREAM_EXAMPLES } from '../../openapi/stream-examples.ts'
import type { Tag } from '../../openapi/tags.ts'
import { JobEvents } from '../../wire/events.ts'
import { callback } from './callback.ts'
import { CALL_ID, DELIVERY_ID, JOB_ID } from './path-parameters.ts'

const JOBS: Tag = { name: 'jobs', description: 'Work that is handed over.' }
const CALLBACKS: Tag = { name: 'callbacks', description: 'We call you.' }

/** Whether a job names it or its tenant. */
const CALLBACK_URL = '{$request.body#/callback/url}'

const SUBMISSION: Pick<Route, 'headers' | 'answers'> = {
  headers: ['idempotency-key', 'prefer'],
  answers: {
    200: {
      description: 'The caller preferred to wait, and the job is finished.',
      schema: Job,
      headers: ['etag', 'location', 'preference-applied', 'idempotency-replayed'],
    },
    202: {
      description: 'The job is on disk and goes on by itself.',
      schema: Job,
      headers: ['etag', 'location', 'retry-after', 'preference-applied', 'idempotency-replayed'],
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

/** What is said of the jobs' routes in the document. */
export const JOB_ROUTES: Readonly<Record<string, Route>> = {
  'POST /': {
    id: 'submitJob',
    summary: 'Submit a job',
    description: 'Answered when the job is on disk. It survives crashes, restarts and deploys from then on.',
    scope: 'submit',
    tag: JOBS,
    body: SubmitRequest,
    ...SUBMISSION,
    errors: [...BODY_ERRORS, ...SUBMISSION_ERRORS],
    callbacks: { job: { [CALLBACK_URL]: { post: callback('jobCallback', 'We call the URL that the job names') } } },
  },
  'GET /': {
    id: 'listJobs',
    summary: 'List jobs, newest first',
    description:
      'Conditions are joined by "and". A job that is there when a walk through the pages begins is met exactly once, whatever is submitted meanwhile. On Cloudflare the list may lag behind the jobs by moments.',
    scope: 'read',
    tag: JOBS,
    query: ListQuery,
    answers: { 200: { description: 'A page of jobs.', schema: JobPage, headers: ['link'] } },
  },
  'GET /counts': {
    id: 'countJobs',
    summary: 'Count jobs by status',
    scope: 'read',
    tag: JOBS,
    query: CountQuery,
    answers: { 200: { description: 'How many there are.', schema: JobCounts } },
  },
  'GET /activity': {
    id: 'jobActivity',
    summary: 'What became of the jobs of the last hours or days',
    description:
      'How jobs ended, when, why they failed, and what they used, also by agent. Only jobs count that were submitted in that time. It reads the newest 5000 jobs at most, by days 50000, and says how far that goes back. The same question within seconds may have the same answer.',
    scope: 'read',
    tag: JOBS,
    query: ActivityQuery,
    answers: { 200: { description: 'Of the newest jobs.', schema: JobActivity } },
  },
  'GET /{id}': {
    id: 'getJob',
    summary: 'A job and, when it is done, its report',
    path: { id: JOB_ID },
    scope: 'read',
    tag: JOBS,
    query: JobQuery,
    headers: ['if-none-match'],
    answers: {
      200: { description: 'The job as it stands.', schema: Job, headers: ['etag'] },
      304: { description: 'The caller knows this version already.', headers: ['etag'] },
    },
    errors: ['job_not_found', 'too_many_at_once'],
  },
  'DELETE /{id}': {
    id: 'deleteJob',
    summary: 'Delete a finished job with all that belongs to it',
    description:
      'Refused while the job has `unknownCalls`, though its retention deletes it all the same, and while an apply or undo of a proposal is under way.',
    path: { id: JOB_ID },
    scope: 'admin',
    tag: JOBS,
    answers: { 204: { description: 'Nothing is left of it but its part in the sums of `GET /usage`.' } },
    errors: ['job_not_found', 'job_not_finished', 'outcome_unknown', 'write_under_way', 'version_conflict'],
  },
  'GET /{id}/events': {
    id: 'watchJob',
    summary: 'Its events as they happen',
    description:
      'Server-Sent Events: the journal from the beginning, or after the event that the caller knows, then whatever comes, to the end. `id:` is the number of the event; `text` events have none, for the journal holds the text whole in the end. A comment comes when nothing else does for a while.',
    path: { id: JOB_ID },
    scope: 'read',
    tag: JOBS,
    query: EventsQuery,
    headers: ['last-event-id'],
    answers: {
      200: { description: 'The events.', events: { id: 'JobEvents', schema: JobEvents, example: STREAM_EXAMPLES.job } },
    },
    errors: ['job_not_found', 'too_many_at_once'],
  },
  'POST /{id}/cancel': {
    id: 'cancelJob',
    summary: 'Stop a job',
    description:
      'No call begins after it; a call in flight is aborted. A tool that does not stop is waited for, up to a limit; what is not known then is in `unknownCalls`. Harmless to repeat.',
    path: { id: JOB_ID },
    scope: 'cancel',
    tag: JOBS,
    answers: {
      200: { description: 'It is canceled.', schema: Job, headers: ['etag'] },
      202: { description: 'It is canceled as soon as its executor has stopped.', schema: Job, headers: ['etag'] },
    },
    errors: ['unsupported_media_type', 'job_not_found', 'job_finished', 'version_conflict'],
  },
  'POST /{id}/retry': {
    id: 'retryJob',
    summary: 'Submit the work of a failed or canceled job again',
    description:
      'As a job of its own, whose `retryOf` names this one. Refused while the job has `unknownCalls`, for their effect could happen twice.',
    path: { id: JOB_ID },
    scope: 'submit',
    tag: JOBS,
    ...SUBMISSION,
    errors: ['unsupported_media_type', ...SUBMISSION_ERRORS, 'job_not_found', 'job_not_retryable', 'outcome_unknown'],
  },
  'POST /{id}/calls/{callId}/resolve': {
    id: 'resolveCall',
    summary: 'Answer what a job asks about a call',
    description:
      'Of a call of unknown outcome: it happened and brought this, or it did not happen and may be made. Of a finished job this is only recorded. Of a call that waits for approval (scope `approve`): it may be made, with its own input or with another that fits the tool, or it may not. `fail` ends the job. Harmless to repeat; a late answer, and one to another question, changes nothing.',
    path: { id: JOB_ID, callId: CALL_ID },
    scope: 'submit',
    scopeByBody: true,
    tag: JOBS,
    body: ResolutionRequest,
    answers: { 200: { description: 'The job as it stands then.', schema: Job, headers: ['etag'] } },
    errors: [
      ...BODY_ERRORS,
      'invalid_input',
      'job_not_found',
      'call_not_found',
      'call_not_ready',
      'job_finished',
      'version_conflict',
    ],
  },
  'GET /{id}/deliveries': {
    id: 'listDeliveries',
    summary: 'The messages to its callback, and how they fare',
    path: { id: JOB_ID },
    scope: 'read',
    tag: CALLBACKS,
    answers: { 200: { description: 'Oldest first.', schema: DeliveryLog } },
    errors: ['job_not_found'],
  },
  'POST /{id}/deliveries/{deliveryId}/redeliver': {
    id: 'redeliver',
    summary: 'Send a message again',
    path: { id: JOB_ID, deliveryId: DELIVERY_ID },
    scope: 'submit',
    tag: CALLBACKS,
    answers: { 202: { description: 'It is sent at once, and again until it arrives.', schema: DeliveryLog } },
    errors: [
      'unsupported_media_type',
      'job_not_found',
      'delivery_not_found',
      'redelivered_recently',
      'redelivery_limit',
      'version_conflict',
    ],
  },
}
