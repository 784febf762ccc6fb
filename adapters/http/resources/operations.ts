import { type Context, Hono } from 'hono'
import type { BulkOperations } from '#application/operation/bulk-operations.ts'
import { OperationNotFoundError } from '#domain/operation/errors.ts'
import type { BulkResolution } from '#domain/operation/operation.ts'
import { type DecisionAction, DECISION_ACTIONS, type WriteDecision } from '#domain/write/decide.ts'
import { type AppEnv, callerOf, demand, tenantOf } from '../context.ts'
import { pathParameter } from '../openapi/path-parameter.ts'
import { BODY_ERRORS, type Route } from '../openapi/route.ts'
import type { Tag } from '../openapi/tags.ts'
import { readJson } from '../read-json.ts'
import { idempotencyKey } from '../request-headers.ts'
import { permittedResolution } from '../resolution.ts'
import type { Resource } from '../resource.ts'
import { epochMs } from '../wire/common.ts'
import { OperationView } from '../wire/listing.ts'
import { filterOfBody, operationView } from '../wire/listing-views.ts'
import { proposalFilterOf } from '../wire/proposal-views.ts'
import { type OperationBody, OperationRequest } from '../wire/requests.ts'

export interface OperationResourceDeps {
  readonly operations: BulkOperations
}

export function operationResource({ operations }: OperationResourceDeps): Resource {
  return { path: '/operations', routes: ROUTES, refusals: REFUSALS, app: served(operations) }
}

const OPERATIONS: Tag = { name: 'operations', description: 'Many jobs or proposals at once.' }

const OPERATION = 'op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

const OPERATION_ID = pathParameter('OperationId', /^op_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of an operation.',
  example: OPERATION,
})

const REFUSALS = { [`/operations/${OPERATION}`]: [new OperationNotFoundError(OPERATION)] }

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /': {
    id: 'startOperation',
    summary: 'Cancel, retry, resolve or delete every job, or decide on every proposal, that fits a filter',
    description:
      'Needs the scope of the action: `cancel`, or `submit` to retry and to resolve, or `approve` for calls that wait for approval and for proposals, or `admin` to delete. `resolve` answers for the calls that had begun or waited before it: those of unknown outcome, or with `approved` and `rejected` those that wait for approval. Where `tool` is given, for those of this tool. A `result` that is absent is `null`.',
    scope: 'cancel',
    scopeByBody: true,
    tag: OPERATIONS,
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
  'GET /{id}': {
    id: 'getOperation',
    summary: 'How far an operation has come',
    path: { id: OPERATION_ID },
    scope: 'read',
    tag: OPERATIONS,
    answers: { 200: { description: 'The operation.', schema: OperationView } },
    errors: ['operation_not_found'],
  },
}

const SCOPE = { cancel: 'cancel', retry: 'submit', delete: 'admin' } as const

function served(operations: BulkOperations): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .post('/', async (c) => {
      const key = idempotencyKey(c)
      const body = await readJson(c, OperationRequest)
      const { record: operation, created } = await started(c, operations, { body, idempotencyKey: key })
      if (!created) c.header('idempotency-replayed', 'true')
      c.header('location', `/operations/${operation.id}`)
      c.header('retry-after', '1')
      return c.json(operationView(operation), 202)
    })
    .get('/:id', async (c) => c.json(operationView(await operations.get(tenantOf(c), c.req.param('id')))))
}

interface Request {
  readonly body: OperationBody
  readonly idempotencyKey: string | null
}

/** @throws {ForbiddenError} */
function started(c: Context<AppEnv>, operations: BulkOperations, { body, idempotencyKey }: Request) {
  const command = { ...callerOf(c), idempotencyKey }
  if (isAboutProposals(body)) {
    demand(c, 'approve')
    return operations.decide({ ...command, decision: decisionOf(body), filter: proposalFilterOf(body.filter) })
  }
  const { action, filter, asOf } = body
  const resolve = resolutionOf(c, body)
  if (action !== 'resolve') demand(c, SCOPE[action])
  const seen = asOf !== undefined && { asOf: epochMs(asOf) }
  return operations.start({ ...command, action, resolve, filter: filterOfBody(filter), ...seen })
}

type DecisionBody = Extract<OperationBody, { readonly action: DecisionAction }>

function isAboutProposals(body: OperationBody): body is DecisionBody {
  return DECISION_ACTIONS.some((action) => action === body.action)
}

function decisionOf(body: DecisionBody): WriteDecision {
  if (body.action !== 'reject') return { action: body.action }
  return { action: 'reject', ...(body.reason !== undefined && { reason: body.reason }) }
}

function resolutionOf(c: Context<AppEnv>, body: Exclude<OperationBody, DecisionBody>): BulkResolution | null {
  if (body.action !== 'resolve') return null
  return { tool: body.tool ?? null, resolution: permittedResolution(c, body) }
}
