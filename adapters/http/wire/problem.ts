import * as z from 'zod'
import { ERROR_CODES } from '#domain/app-error.ts'

export const errorCode = z.enum(ERROR_CODES).meta({ id: 'ErrorCode', examples: ['model_failed'] })

/** Problem Details, RFC 9457. `type` leads to the page of `code`, which says what exactly happened. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Path of the page that explains the `code`.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'One sentence for a person.' }),
    instance: z.string().optional().meta({ description: 'Path of the request.' }),
    code: errorCode,
    retryable: z.boolean().meta({ description: 'Whether the same request may succeed later, unchanged.' }),
    problems: z
      .array(z.string())
      .optional()
      .meta({ description: 'One sentence for each thing that is wrong with the request.' }),
    next: z
      .int()
      .optional()
      .meta({ description: 'Of `upload_conflict`: how many lines the batch has, from where the upload goes on.' }),
  })
  .meta({
    id: 'Problem',
    description: 'Problem Details (RFC 9457).',
    examples: [
      {
        type: '/errors/job_not_found',
        title: 'Not Found',
        status: 404,
        detail: 'There is no job "job_1".',
        instance: '/jobs/job_1',
        code: 'job_not_found',
        retryable: false,
      },
    ],
  })

export type ProblemView = z.infer<typeof Problem>
