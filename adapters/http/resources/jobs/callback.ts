import * as z from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { PROBLEM_JSON } from '../../problem.ts'
import { CallbackMessage } from '../../wire/job.ts'

const header = (name: string, description: string, example: string) =>
  z.string().meta({ description, examples: [example], param: { id: name } })

const SIGNATURE = z.object({
  'webhook-id': header('WebhookId', 'The same in every attempt.', 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1'),
  'webhook-timestamp': header('WebhookTimestamp', 'Seconds since 1970, of this attempt.', '1795419600'),
  'webhook-signature': header(
    'WebhookSignature',
    'One for each secret, with spaces between them.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
})

/** Yours, not ours. */
const ANY_PROBLEM = z.looseObject({ type: z.string(), title: z.string() }).partial()

/** What we send to a server of the caller's: to the URL that a job names, or to that of the tenant. */
export function callback(operationId: string, summary: string): ZodOpenApiOperationObject {
  return {
    operationId,
    summary,
    description:
      'Signed as Standard Webhooks (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`. Sent at least once, in order for each job, for up to 72 hours. Redirects are not followed; answer 410 to hear no more of this job and, at the URL of the tenant, of its later ones, until somebody asks for a message to be sent again.',
    tags: ['callbacks'],
    security: [],
    requestParams: { header: SIGNATURE },
    requestBody: { required: true, content: { 'application/json': { schema: CallbackMessage } } },
    responses: {
      '204': { description: 'Any status from 200 to 299 means that you have it.' },
      '410': {
        description: 'You want no more of these messages. What else you say is not read.',
        content: { [PROBLEM_JSON]: { schema: ANY_PROBLEM } },
      },
    },
  }
}
