import * as z from 'zod'
import { MAX_WAIT_S } from '../request-headers.ts'
import { eventNumber } from '../wire/requests.ts'

export type HeaderName = keyof typeof RESPONSE_HEADERS
export type RequestHeaderName = keyof typeof REQUEST_HEADERS

/** Named, so that the document says it once. */
const header = (id: string, description: string, example: string) =>
  z
    .string()
    .optional()
    .meta({ description, examples: [example], header: { id } })

export const RESPONSE_HEADERS = {
  location: header('Location', 'Where to look.', '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'),
  'retry-after': header('RetryAfter', 'Seconds after which it is worth looking or trying again.', '1'),
  'preference-applied': header('PreferenceApplied', 'The preference that was honoured (RFC 7240).', 'wait=30'),
  'idempotency-replayed': header(
    'IdempotencyReplayed',
    '`true` when this key was used for the same request before.',
    'true',
  ),
  etag: header(
    'ETag',
    'Version of what is shown, for `If-None-Match` and, in decisions, `If-Match`.',
    '"01KASH2V8ZQ5D3N6W7X8Y9Z0AB.3"',
  ),
  'cache-control': header(
    'CacheControl',
    'For how long it need not be asked for again (RFC 9111).',
    'public, max-age=300',
  ),
  link: header('Link', 'The next page (RFC 8288).', '</jobs?page_token=bXo…>; rel="next"'),
  allow: header('Allow', 'Methods that are possible here.', 'GET, HEAD'),
  'www-authenticate': header('WwwAuthenticate', 'How to prove who you are.', 'Bearer realm="errand"'),
  'ratelimit-policy': header('RateLimitPolicy', 'Requests (q) within so many seconds (w).', '"requests";q=600000;w=60'),
  ratelimit: header(
    'RateLimit',
    'Requests that may follow at once (r), and seconds until there are more (t).',
    '"requests";r=599999;t=1',
  ),
}

export const REQUEST_HEADERS = {
  'idempotency-key': z
    .string()
    .regex(/^(?:[\x21\x23-\x7e]{1,255}|"[\x20\x21\x23-\x5b\x5d-\x7e]{1,255}")$/)
    .optional()
    .meta({
      description:
        'Makes repeating the request harmless: the same key and the same request always mean the same thing created. 1 to 255 visible ASCII characters, bare or in double quotes; forgotten with what it created.',
      examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
      param: { id: 'IdempotencyKey' },
    }),
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\` waits up to N seconds, ${String(MAX_WAIT_S)} at most, for the job to be finished (RFC 7240). The job goes on when the caller leaves.`,
      examples: ['wait=30'],
      param: { id: 'Prefer' },
    }),
  'if-none-match': z
    .string()
    .optional()
    .meta({
      description: 'The `ETag` that the caller has.',
      examples: ['"01KASH2V8ZQ5D3N6W7X8Y9Z0AB.3"'],
      param: { id: 'IfNoneMatch' },
    }),
  'if-match': z
    .string()
    .optional()
    .meta({
      description: 'The `ETag` of what the decision was made on: anything newer is refused (412). Absent, or `*`: any.',
      examples: ['"7"'],
      param: { id: 'IfMatch' },
    }),
  'last-event-id': eventNumber.optional().meta({
    description: 'Number of the last event seen, as a browser sends it when it reconnects.',
    param: { id: 'LastEventId' },
  }),
}
