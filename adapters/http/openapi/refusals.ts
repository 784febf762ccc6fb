import * as z from 'zod'
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import type { ErrorCode } from '#domain/app-error.ts'
import { PROBLEM_JSON, statusOf } from '../problem.ts'
import { Problem } from '../wire/problem.ts'
import { type HeaderName, RESPONSE_HEADERS } from './headers.ts'
import { NOT_CONFIGURED_EXAMPLE, type ProblemExamples } from './problem-examples.ts'
import type { Route } from './route.ts'

/** Sent with everything that is answered after authentication. */
export const LIMITS = ['ratelimit-policy', 'ratelimit'] as const

const HEADERS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['www-authenticate'],
  403: ['www-authenticate', ...LIMITS],
  421: [],
  429: ['retry-after', ...LIMITS],
  502: ['retry-after', ...LIMITS],
  503: ['retry-after', ...LIMITS],
}

/** How the routes of one document are refused. */
export class Refusals {
  readonly #examples: ProblemExamples
  readonly #known = new Map<string, ZodOpenApiResponseObject>()
  readonly #byDefault: ZodOpenApiResponseObject

  constructor(examples: ProblemExamples) {
    this.#examples = examples
    this.#byDefault = this.#default()
  }

  /** By status, and by default what may be said of any request before it comes to a route. */
  of(method: string, { errors = [], scope }: Route): ZodOpenApiResponsesObject {
    const codes: readonly ErrorCode[] = [
      'invalid_request',
      ...(method === 'GET' ? [] : (['payload_too_large'] as const)),
      ...(scope === null ? [] : (['unauthorized', 'forbidden', 'misdirected_request', 'rate_limited'] as const)),
      ...errors,
      'internal_error',
    ]
    const byStatus = Map.groupBy(new Set(codes), statusOf)
    return {
      ...Object.fromEntries([...byStatus].map(([status, some]) => [String(status), this.#refused(status, some)])),
      default: this.#byDefault,
    }
  }

  /** The same object for the same codes, and named where it is one code, so that the document says it once. */
  #refused(status: number, codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
    const name = codes.join(' ')
    const response = this.#known.get(name) ?? {
      ...(codes.length === 1 && { id: name }),
      description: `Refused: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
      headers: headersOf(HEADERS[status] ?? LIMITS),
      content: { [PROBLEM_JSON]: { schema: Problem, examples: this.#examplesOf(codes) } },
    }
    this.#known.set(name, response)
    return response
  }

  #default(): ZodOpenApiResponseObject {
    const early = [
      'method_not_allowed',
      'request_timeout',
      'headers_too_large',
      'storage_unavailable',
      'newer_format',
    ] as const
    return {
      id: 'refused',
      description:
        "Refused before it came to this: `method_not_allowed` (405), `request_timeout` (408), `headers_too_large` (431), `storage_unavailable` (503). By a server of an older release than the job's: `newer_format` (503). And `internal_error` (503) while the service is not configured as it must be.",
      headers: headersOf(['allow', 'retry-after', ...LIMITS]),
      content: {
        [PROBLEM_JSON]: {
          schema: Problem,
          examples: { ...this.#examplesOf(early), not_configured: NOT_CONFIGURED_EXAMPLE },
        },
      },
    }
  }

  #examplesOf(codes: readonly ErrorCode[]) {
    return Object.fromEntries(
      codes.flatMap((code) => {
        const example = this.#examples.get(code)
        return example ? [[code, example]] : []
      }),
    )
  }
}

export function headersOf(names: readonly HeaderName[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, RESPONSE_HEADERS[name]])))
}
