import type { JsonValue } from '#domain/json/json.ts'
import * as z from 'zod'
import { agentName, anyJson, label, time, wholeNumber } from './common.ts'
import { YEAR_S, jobOptions, writes } from './job-options.ts'
import { JobFilterBody } from './listing.ts'
import { ProposalFilterBody } from './proposals.ts'

/** Body of `POST /run`. */
export const RunRequest = z.strictObject({ agent: agentName, input: anyJson }).meta({
  id: 'RunRequest',
  examples: [{ agent: 'product-copywriter', input: { product: 'linen-apron' } }],
})

/** Body of `POST /jobs`. */
export const SubmitRequest = z
  .strictObject({
    agent: agentName,
    input: anyJson,
    ...jobOptions,
    batch: label
      .optional()
      .meta({ description: 'Name of the group of jobs that this one belongs to.', examples: ['catalogue-2026-11'] }),
    writes,
    runAt: time.optional().meta({
      description: 'The job begins at this time, and is queued until then. A time that has passed means at once.',
      examples: ['2026-12-01T08:00:00Z'],
    }),
    delaySeconds: z
      .int()
      .min(0)
      .max(YEAR_S)
      .optional()
      .meta({ description: 'The job begins this long after its submission. Not with `runAt`.', examples: [3600] }),
  })
  .refine(({ runAt, delaySeconds }) => runAt === undefined || delaySeconds === undefined, {
    path: ['delaySeconds'],
    error: 'cannot be given together with runAt',
  })
  .meta({
    id: 'SubmitRequest',
    examples: [{ agent: 'product-copywriter', input: { product: 'linen-apron' }, tags: ['autumn'] }],
  })

export type SubmitBody = z.infer<typeof SubmitRequest>

const rejectionReason = z.string().min(1).max(2000).optional().meta({ description: 'The model reads it.' })

/** Body of `POST /jobs/{id}/calls/{callId}/resolve`: what became of a call of unknown outcome, or whether one may be made. */
export const ResolutionRequest = z
  .discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('happened'), result: anyJson }),
    z.strictObject({ outcome: z.literal('did_not_happen') }),
    z.strictObject({
      outcome: z.literal('approved'),
      input: anyJson.optional().meta({ description: 'What the call is made with, in place of its own input.' }),
    }),
    z.strictObject({ outcome: z.literal('rejected'), reason: rejectionReason }),
    z.strictObject({ outcome: z.literal('fail') }),
  ])
  .meta({
    id: 'ResolutionRequest',
    examples: [{ outcome: 'happened', result: { sent: true } }, { outcome: 'approved' }],
  })

/** What is said of one call, or in an operation of many; there, a `result` that is absent is `null`. */
export type ResolutionBody =
  | { readonly outcome: 'happened'; readonly result?: JsonValue | undefined }
  | { readonly outcome: 'approved'; readonly input?: JsonValue | undefined }
  | { readonly outcome: 'rejected'; readonly reason?: string | undefined }
  | { readonly outcome: 'did_not_happen' | 'fail' }

const filter = JobFilterBody.meta({
  description:
    'Which jobs. `cancel` acts on unfinished ones only, `retry` on failed ones, and on canceled ones if they are named, `resolve` on those with calls of unknown outcome: waiting ones and, except to `fail`, failed and canceled ones. With `approved` and `rejected` it acts on those that wait for approval. `delete` acts on finished ones only, and skips those with calls of unknown outcome or with an apply or undo under way.',
})

const proposalFilter = ProposalFilterBody.meta({
  description:
    'Which proposals, of finished jobs. `approve` acts on those that are proposed, `reject` on proposed and approved ones, `apply` on approved ones and `undo` on applied ones.',
})

const asOf = time.optional().meta({
  description:
    'When you looked at the jobs. What was submitted later, ended later or came to wait later is left alone. Without it, the time of the request.',
  examples: ['2026-11-23T09:00:00.000Z'],
})

const RESOLVE = {
  action: z.literal('resolve'),
  asOf,
  tool: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Only calls of this tool.', examples: ['send_mail'] }),
  filter,
}

/** Body of `POST /operations`. */
export const OperationRequest = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.enum(['cancel', 'retry', 'delete']), asOf, filter }),
    z.strictObject({ action: z.enum(['approve', 'apply', 'undo']), filter: proposalFilter }),
    z.strictObject({ action: z.literal('reject'), reason: rejectionReason, filter: proposalFilter }),
    z.discriminatedUnion('outcome', [
      z.strictObject({ ...RESOLVE, outcome: z.literal('happened'), result: anyJson.optional() }),
      z.strictObject({ ...RESOLVE, outcome: z.enum(['did_not_happen', 'fail', 'approved']) }),
      z.strictObject({ ...RESOLVE, outcome: z.literal('rejected'), reason: rejectionReason }),
    ]),
  ])
  .meta({
    id: 'OperationRequest',
    examples: [
      { action: 'retry', filter: { tag: 'autumn' } },
      { action: 'approve', filter: { batch: 'catalogue-2026-11', sample: 0.05 } },
      { action: 'resolve', outcome: 'did_not_happen', tool: 'send_mail', filter: { agent: 'newsletter' } },
    ],
  })

export type OperationBody = z.infer<typeof OperationRequest>

/** Query of `GET /jobs/{id}`. */
export const JobQuery = z.strictObject({
  wait: wholeNumber(0, 60, { examples: [30] })
    .optional()
    .meta({ description: 'Seconds to wait for the job to be finished, before it is shown as it stands.' }),
})

export const eventNumber = wholeNumber(0, 999_999_999_999_999, { examples: [7] })

/** Query of `GET /jobs/{id}/events`. */
export const EventsQuery = z.strictObject({
  after: eventNumber.optional().meta({ description: 'Number of the last event that is known already.' }),
  follow: z
    .enum(['true', 'false'])
    .optional()
    .meta({
      description: '`false` for what is stored now and no more, with what came after the end of the job.',
      examples: ['false'],
    }),
})
