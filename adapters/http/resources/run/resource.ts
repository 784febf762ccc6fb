import { ApprovalNeededError } from '#domain/agent/errors.ts'
import { Hono } from 'hono'
import type { RunSync } from '#application/agent/run-sync.ts'
import { CanceledError, DeadlineExceededError, LimitExceededError } from '#domain/job/errors.ts'
import { ModelError, ModelTimeoutError } from '#domain/model/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, callerOf } from '../../context.ts'
import { BODY_ERRORS, type Route } from '../../openapi/route.ts'
import { STREAM_EXAMPLES } from '../../openapi/stream-examples.ts'
import { RUNS } from '../../openapi/tags.ts'
import { readJson } from '../../read-json.ts'
import { type RequestTraceDeps, requestTrace } from '../../request-trace.ts'
import { refuseIdempotencyKey } from '../../request-headers.ts'
import type { Resource } from '../../resource.ts'
import { GRACE_MS, type RequestSlots, whileHeld } from '../../slots.ts'
import { SSE_HEADERS } from '../../sse.ts'
import { RunEvents } from '../../wire/events.ts'
import { Report } from '../../wire/job.ts'
import { RunRequest } from '../../wire/requests.ts'
import { reportView } from '../../wire/views.ts'
import { runStream } from './stream.ts'

export interface RunResourceDeps extends RequestTraceDeps {
  readonly runSync: RunSync
  readonly slots: Pick<RequestSlots, 'runs'>
  /** The longest that a run may take. */
  readonly maxRunMs: number
  readonly clock: Clock
  readonly logger: Logger
}

export function runResource(deps: RunResourceDeps): Resource {
  return { path: '/run', routes: ROUTES, refusals: REFUSALS, app: served(deps) }
}

function served({ runSync, slots, maxRunMs, clock, logger, isTraced = false }: RunResourceDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/', async (c) => {
    refuseIdempotencyKey(c, 'leave it out, or submit a job: POST /jobs')
    const trace = requestTrace(c, { clock, isTraced })
    const request = { ...(await readJson(c, RunRequest)), ...callerOf(c), trace }
    const { signal } = c.req.raw
    const slot = slots.runs.take(request.tenantId, maxRunMs + GRACE_MS)
    if (!(c.req.header('accept') ?? '').includes('text/event-stream')) {
      return c.json(reportView(await whileHeld(slot, () => runSync.execute({ ...request, signal }))))
    }
    const onFault = (error: unknown): void => {
      logger.error('A streamed run failed.', error, { agent: request.agent })
    }
    const held: Pick<RunSync, 'execute'> = { execute: (command) => whileHeld(slot, () => runSync.execute(command)) }
    return c.body(await runStream({ runSync: held, clock, onFault }, { ...request, signal }), 200, SSE_HEADERS)
  })
}

const REFUSALS = {
  '/run': [
    new ApprovalNeededError('product-copywriter'),
    new LimitExceededError('The turn has made 100 model calls, the most that it may.'),
    new ModelError('The model is overloaded.', { retryable: true }),
    new ModelTimeoutError('anthropic/claude-sonnet-5-5', 300_000),
    new DeadlineExceededError('The run was not finished within 300 s. Submit longer work as a job: POST /jobs.'),
    new CanceledError(),
  ],
}

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /': {
    id: 'run',
    summary: 'Run an agent and wait for its report',
    description:
      'The caller leaving aborts the model call, and so does the time limit of a run. With `Accept: text/event-stream` its steps and text come as they happen, and at the end its `report` or its `problem`. An `Idempotency-Key` is refused: a run is not stored.',
    scope: 'run',
    tag: RUNS,
    body: RunRequest,
    answers: {
      200: {
        description: 'What the agent brings back.',
        schema: Report,
        events: { id: 'RunEvents', schema: RunEvents, example: STREAM_EXAMPLES.run },
      },
    },
    errors: [
      'approval_needed',
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
}
