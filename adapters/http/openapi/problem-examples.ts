import { ClockSkewError, StoppingError } from '#domain/health/errors.ts'
import { InvalidInputError, UnknownAgentError } from '#domain/agent/errors.ts'
import { type AppError, type ErrorCode } from '#domain/app-error.ts'
import {
  CanceledError,
  DeadlineExceededError,
  JobFinishedError,
  JobNotFoundError,
  LimitExceededError,
  CallNotFoundError,
  IdempotencyKeyReusedError,
  JobNotFinishedError,
  JobNotRetryableError,
  OutcomeUnknownError,
  QueueFullError,
} from '#domain/job/errors.ts'
import { ModelError, ModelNotConfiguredError, ModelTimeoutError } from '#domain/model/errors.ts'
import { ProductNotFoundError } from '#domain/shop/errors.ts'
import { NewerFormatError, StorageUnavailableError, VersionConflictError } from '#domain/storage/errors.ts'
import {
  CallbackRefusedError,
  DeliveryNotFoundError,
  RedeliveredRecentlyError,
  RedeliveryLimitError,
} from '#domain/callback/errors.ts'
import { OperationNotFoundError } from '#domain/operation/errors.ts'
import {
  ForbiddenError,
  InvalidRequestError,
  MalformedJsonError,
  MethodNotAllowedError,
  MisdirectedRequestError,
  PayloadTooLargeError,
  RateLimitedError,
  ServerBusyError,
  TooManyAtOnceError,
  UnauthorizedError,
  UnforeseenError,
  UnsupportedMediaTypeError,
} from '../errors.ts'
import { NOT_CONFIGURED, problemOf, refusal } from '../problem.ts'
import { MAX_BODY_BYTES } from '../read-json.ts'
import type { ProblemView } from '../wire/problem.ts'

const JOB = 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

/** What the document shows of each code is what is said of it. */
const SAID: Readonly<Record<string, readonly AppError[]>> = {
  '/run': [
    new InvalidInputError('product-copywriter', ['product: Invalid input: expected string, received number']),
    new UnknownAgentError('nobody', ['product-copywriter']),
    new MalformedJsonError('it is empty'),
    new UnsupportedMediaTypeError('text/plain'),
    new PayloadTooLargeError(MAX_BODY_BYTES),
    new MisdirectedRequestError('errand.example.com'),
    new LimitExceededError('The turn has made 100 model calls, the most that it may.'),
    new ModelError('The model is overloaded.', { retryable: true }),
    new ModelTimeoutError('anthropic/claude-sonnet-5-5', 300_000),
    new DeadlineExceededError('The run was not finished within 300 s. Submit longer work as a job: POST /jobs.'),
    new TooManyAtOnceError(100, 'runs'),
    new ServerBusyError('runs'),
    new ModelNotConfiguredError('Models of openai cannot be used here: OPENAI_API_KEY is not set.'),
    new CanceledError(),
    new UnforeseenError(undefined),
  ],
  '/jobs': [
    new InvalidRequestError(['tags.0: must be well-formed Unicode without control characters']),
    new UnauthorizedError('Send your API key as "Authorization: Bearer errand_…".'),
    new ForbiddenError('submit'),
    new RateLimitedError(600, 1000),
    new QueueFullError(200_000, 5000),
    new IdempotencyKeyReusedError(),
    new CallbackRefusedError('Callbacks are signed, and there is no secret to sign them with yet.'),
    new MethodNotAllowedError('PATCH', '/jobs', ['GET', 'POST', 'HEAD']),
  ],
  [`/jobs/${JOB}`]: [
    new JobNotFoundError(JOB),
    new JobFinishedError(JOB, 'completed'),
    new JobNotFinishedError(JOB, 'running'),
    new JobNotRetryableError(JOB, 'completed'),
    new OutcomeUnknownError(JOB, [{ callId: 'call_1', name: 'save_draft' }]),
    new VersionConflictError(JOB, 3),
    new NewerFormatError(`Job ${JOB}`, 'event "job.paused"'),
    new CallNotFoundError(JOB, 'call_1'),
    new RedeliveredRecentlyError('msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1', 8000),
    new RedeliveryLimitError(JOB, 100),
    new DeliveryNotFoundError(JOB, 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_2'),
  ],
  '/operations/op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB': [new OperationNotFoundError('op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB')],
  '/readyz': [new StorageUnavailableError(undefined), new ClockSkewError(42_000, 15_000), new StoppingError()],
  '/products/linen-aprons': [new ProductNotFoundError('linen-aprons')],
}

const THROWN: readonly ProblemView[] = Object.entries(SAID).flatMap(([instance, errors]) =>
  errors.map((error) => problemOf(error, instance)),
)

/** Before there is a route: by the server itself. */
const EARLY: readonly ProblemView[] = [
  refusal('request_timeout', 'The request did not come in time.'),
  refusal('headers_too_large', 'The headers of the request are larger than 16 KiB.'),
]

interface Example {
  /** Named, so that the document says it once. */
  readonly id: string
  readonly value: ProblemView
}

export const PROBLEM_EXAMPLES: Readonly<Partial<Record<ErrorCode, Example>>> = Object.fromEntries(
  [...THROWN, ...EARLY].map((value) => [value.code, { id: value.code, value }]),
)

export const NOT_CONFIGURED_EXAMPLE: Example = { id: 'not_configured', value: NOT_CONFIGURED }
