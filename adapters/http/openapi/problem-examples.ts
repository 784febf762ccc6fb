import { InvalidInputError, UnknownAgentError } from '#domain/agent/errors.ts'
import type { ErrorCode } from '#domain/app-error.ts'
import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import { ModelNotConfiguredError } from '#domain/model/errors.ts'
import { NewerFormatError, StorageUnavailableError } from '#domain/storage/errors.ts'
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
import type { RefusalExamples, ResourceDescription } from '../resource.ts'
import type { ProblemView } from '../wire/problem.ts'

const JOB = 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

/** What any resource may answer, or several do. What the document shows of each code is what is said of it. */
const SHARED: RefusalExamples = {
  '/run': [
    new InvalidInputError('product-copywriter', ['product: Invalid input: expected string, received number']),
    new UnknownAgentError('nobody', ['product-copywriter']),
    new MalformedJsonError('it is empty'),
    new UnsupportedMediaTypeError('text/plain'),
    new PayloadTooLargeError(MAX_BODY_BYTES),
    new MisdirectedRequestError('errand.example.com'),
    new TooManyAtOnceError(100, 'runs'),
    new ServerBusyError('runs'),
    new ModelNotConfiguredError('Models of openai cannot be used here: OPENAI_API_KEY is not set.'),
    new UnforeseenError(undefined),
  ],
  '/jobs': [
    new InvalidRequestError(['tags.0: must be well-formed Unicode without control characters']),
    new UnauthorizedError('Send your API key as "Authorization: Bearer errand_…".'),
    new ForbiddenError('submit'),
    new RateLimitedError(600, 1000),
    new IdempotencyKeyReusedError(),
    new MethodNotAllowedError('PATCH', '/jobs', ['GET', 'POST', 'HEAD']),
  ],
  [`/jobs/${JOB}`]: [new NewerFormatError(`Job ${JOB}`, 'event "job.paused"')],
  '/readyz': [new StorageUnavailableError(undefined)],
}

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

export type ProblemExamples = ReadonlyMap<ErrorCode, Example>

/** One for each code; the order of the resources does not matter. */
export function problemExamples(resources: readonly ResourceDescription[]): ProblemExamples {
  const own = resources
    .toSorted((a, b) => (a.path < b.path ? 1 : -1))
    .flatMap(({ refusals = {} }) => problemsOf(refusals))
  const examples = [...own, ...problemsOf(SHARED), ...EARLY].map(
    (value) => [value.code, { id: value.code, value }] as const,
  )
  return new Map(examples)
}

function problemsOf(refusals: RefusalExamples): readonly ProblemView[] {
  return Object.entries(refusals).flatMap(([instance, errors]) => errors.map((error) => problemOf(error, instance)))
}

export const NOT_CONFIGURED_EXAMPLE: Example = { id: 'not_configured', value: NOT_CONFIGURED }
