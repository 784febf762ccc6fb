import * as z from 'zod'
// Declares what `meta` takes. A program that has the schemas without the OpenAPI document needs it too.
import type {} from 'zod-openapi'
import type { JsonValue } from '#domain/json/json.ts'

export const agentVersion = z.string().meta({
  description:
    'Of the agent: what its author calls it, or a hash of what the model is shown. The code of its tools is not in the hash.',
})

/** What JSON.parse returned is JSON already; walking it again would only cost time. */
export const anyJson = z
  .custom<JsonValue>((value) => value !== undefined, 'is required: any JSON')
  .meta({
    description: 'Any JSON.',
    override: { type: ['object', 'array', 'string', 'number', 'boolean', 'null'], items: {} },
  })

export const timestamp = z.iso
  .datetime({ precision: 3 })
  .meta({ id: 'Timestamp', description: 'RFC 3339, UTC.', examples: ['2026-11-23T09:00:00.000Z'] })

/** A time that a caller gives, in any zone. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone (RFC 3339), such as "2026-12-01T08:00:00Z"' })
  .meta({ description: 'RFC 3339.', examples: ['2026-11-01T00:00:00Z'] })

/** A whole number that counts something. */
export const count = z.int().min(0)

export const agentName = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Name of an agent; `GET /agents` lists them.', examples: ['product-copywriter'] })

// Control characters cannot be seen, and so not be searched for; half of a character is none.
const VISIBLE = /^[^\u0000-\u001f\u007f\ud800-\udfff]+$/u

/** A line of 1 to so many characters that can be searched for. */
export function text(most: number) {
  return z.string().min(1).max(most).regex(VISIBLE, 'must be well-formed Unicode without control characters')
}

export const label = text(64)

export const jobId = z.string().meta({ description: 'Id of a job.', examples: ['job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'] })

/** 9999, as the years of RFC 3339 have four digits. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Epoch milliseconds of a time that a caller asks about. Nothing happens here before 1970 or after 9999: what lies beyond means as much as that. */
export function epochMs(time: string): number {
  return Math.min(Math.max(Date.parse(time), 0), LATEST)
}

/**
 * Epoch milliseconds as they leave us. Never throws. An impossible time in a journal is shown as the nearest possible
 * one, and anything but a number as the latest.
 */
export function rfc3339(at: number): string {
  return new Date(Number.isFinite(at) ? Math.min(Math.max(at, 0), LATEST) : LATEST).toISOString()
}

/**
 * A whole number in a query or a header, where everything is text: digits and nothing else. `shown` goes into the document, where an
 * example or a default of what wraps this would be left out, for it is not what travels.
 */
export function wholeNumber(
  least: number,
  most: number,
  shown: { readonly examples: readonly number[]; readonly default?: number },
) {
  const error = `must be a whole number from ${String(least)} to ${String(most)}`
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.int(error).min(least, error).max(most, error))
    .meta({
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern
        Object.assign(jsonSchema, { type: 'integer', minimum: least, maximum: most, ...shown })
      },
    })
}
