import * as z from 'zod'
import { errorCode } from './problem.ts'

const EXAMPLE = {
  code: 'job_not_retryable',
  status: 409,
  title: 'Conflict',
  cause: 'Only a job that has failed or was canceled can be retried.',
  remedy: 'Submit a new job, or wait until this one has ended.',
} as const

/** What the page of a code says, for programs. */
export const ErrorPage = z
  .object({
    code: errorCode,
    status: z.int().meta({ description: 'The HTTP status that requests get with this code.' }),
    title: z.string(),
    cause: z.string().meta({ description: 'Why this happens.' }),
    remedy: z.string().meta({ description: 'What to do.' }),
  })
  .meta({
    id: 'ErrorPage',
    examples: [EXAMPLE],
  })

export const ErrorPages = z
  .object({ errors: z.array(ErrorPage) })
  .meta({ id: 'ErrorPages', description: 'Every code that a caller can meet.', examples: [{ errors: [EXAMPLE] }] })

export type ErrorPageView = z.infer<typeof ErrorPage>
