import * as z from 'zod'
import { AgentList, Health, Index, ProductList, ProductWithDrafts, Readiness } from '../wire/catalog.ts'
import { Report } from '../wire/job.ts'
import { OperationView } from '../wire/listing.ts'
import { OperationRequest, RunRequest } from '../wire/requests.ts'
import { JOB_ROUTES } from './job-routes.ts'
import { OPERATION_ID, PRODUCT_HANDLE } from './path-parameters.ts'
import { STREAM_EXAMPLES } from './stream-examples.ts'
import { BODY_ERRORS, type Route } from './route.ts'

/** Every route, as it is documented. A test holds this against what the app takes. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'POST /run': {
    id: 'run',
    summary: 'Run an agent and wait for its report',
    description:
      'The caller leaving aborts the model call, and so does the time limit of a run. With `Accept: text/event-stream` its steps and text come as they happen, and at the end its `report` or its `problem`.',
    scope: 'run',
    tag: 'runs',
    body: RunRequest,
    answers: {
      200: {
        description: 'What the agent brings back.',
        schema: Report,
        events: { id: 'RunEvents', example: STREAM_EXAMPLES.run },
      },
    },
    errors: [
      ...BODY_ERRORS,
      'unknown_agent',
      'invalid_input',
      'model_not_configured',
      'model_failed',
      'model_timeout',
      'limit_exceeded',
      'deadline_exceeded',
      'too_many_at_once',
      'server_busy',
      'canceled',
    ],
  },
  ...JOB_ROUTES,
  'POST /operations': {
    id: 'startOperation',
    summary: 'Cancel, retry or resolve every job that fits a filter',
    description:
      'Needs the scope of the action: `cancel`, or `submit` to retry and to resolve. `resolve` says what became of the calls of unknown outcome that had begun before it; where `tool` is given, of those of this tool. A `result` that is absent is `null`.',
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
    path: { id: OPERATION_ID },
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
    path: { handle: PRODUCT_HANDLE },
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
  'GET /readyz': {
    id: 'readiness',
    summary: 'Whether the service can serve requests now',
    description:
      'For load balancers: 200 when the storage can be reached, 503 when it cannot be within two seconds, or when the clock of this server differs too much from that of the database. While the server stops, new connections are refused, and a request that had begun hears `stopping`. An answer may be a second old.',
    scope: null,
    tag: 'service',
    answers: { 200: { description: 'It can.', schema: Readiness } },
    errors: ['storage_unavailable', 'clock_skew', 'stopping'],
  },
  'GET /openapi.json': {
    id: 'openApi',
    summary: 'This document',
    scope: null,
    tag: 'service',
    headers: ['if-none-match'],
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string() }),
        headers: ['etag', 'cache-control'],
      },
      304: { description: 'The caller knows this version already.', headers: ['etag', 'cache-control'] },
    },
  },
  'GET /': {
    id: 'index',
    summary: 'What there is',
    scope: null,
    tag: 'service',
    answers: { 200: { description: 'The routes.', schema: Index } },
  },
}
