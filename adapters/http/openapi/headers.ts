import * as z from 'zod'
import { MAX_WAIT_S } from '../request-headers.ts'

export type HeaderName = keyof typeof RESPONSE_HEADERS
export type RequestHeaderName = keyof typeof REQUEST_HEADERS

const text = (description: string, example: string) => z.string().meta({ description, examples: [example] })

export const RESPONSE_HEADERS = {
  location: text('Where to look.', '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'),
  'retry-after': text('Seconds after which it is worth looking or trying again.', '1'),
  'preference-applied': text('The preference that was honoured (RFC 7240).', 'wait=30'),
  'idempotency-replayed': text('`true` when this key was used for the same request before.', 'true'),
  etag: text('Version of what is shown, for `If-None-Match`.', '"3"'),
  'cache-control': text('For how long it need not be asked for again (RFC 9111).', 'public, max-age=300'),
  link: text('The next page (RFC 8288).', '</jobs?page_token=bXo…>; rel="next"'),
  allow: text('Methods that are possible here.', 'GET, HEAD'),
  'www-authenticate': text('How to prove who you are.', 'Bearer realm="errand"'),
  'ratelimit-policy': text('Requests (q) within so many seconds (w).', '"requests";q=600;w=60'),
  ratelimit: text(
    'Requests that may follow at once (r), and seconds until there are more (t).',
    '"requests";r=599;t=1',
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
    }),
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\` waits up to N seconds, ${String(MAX_WAIT_S)} at most, for the job to be finished (RFC 7240). The job goes on when the caller leaves.`,
      examples: ['wait=30'],
    }),
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'The `ETag` that the caller has.', examples: ['"3"'] }),
  'last-event-id': z
    .string()
    .optional()
    .meta({ description: 'Number of the last event seen, as a browser sends it when it reconnects.', examples: ['7'] }),
}
