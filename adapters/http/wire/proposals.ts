import * as z from 'zod'
import { WRITE_MODES, WRITE_STATUSES, type WriteStatus } from '#domain/write/write.ts'
import { ActorView } from './actor.ts'
import { agentName, anyJson, count, jobId, label, text, time, timestamp, wholeNumber } from './common.ts'
import { PROPOSAL_EXAMPLES } from './proposal-examples.ts'
import { flags } from './write-events.ts'

const MAX_SHOWN = 100
const PAGE_SIZE = 20

const status = z.enum(WRITE_STATUSES).meta({
  id: 'ProposalStatus',
  description:
    '`stale`: something else was there than was expected, so nothing was written; `found` has it. `failed`: it could not be written, or what became of it is not known.',
})

const flagName = z
  .string()
  .min(1)
  .max(40)
  .meta({ description: 'Only those of which this flag says something.', examples: ['length'] })

const target = text(500).meta({
  description: 'Only those whose target begins with this.',
  examples: ['product:linen-apron:'],
})

const sample = {
  description: 'About this share of them, always the same ones: approve, apply and undo a part first.',
  examples: [0.05],
}

/** Which proposals are meant, in the body of an operation. */
export const ProposalFilterBody = z
  .strictObject({
    status: z.array(status).min(1).max(WRITE_STATUSES.length).optional(),
    agent: agentName.optional(),
    batch: label.optional(),
    job: jobId.optional(),
    target: target.optional(),
    flag: flagName.optional(),
    sample: z.number().gt(0).lt(1).optional().meta(sample),
    createdBefore: time.optional(),
  })
  .meta({ id: 'ProposalFilter', outputId: 'AppliedProposalFilter' })

const STATUS = WRITE_STATUSES.join('|')

const filterParams = {
  status: z
    .string()
    .regex(
      new RegExp(`^(?:${STATUS})(?:,(?:${STATUS})){0,${String(WRITE_STATUSES.length - 1)}}$`),
      `must be one or more of ${WRITE_STATUSES.join(', ')}, with commas between them`,
    )
    .optional()
    .meta({ description: 'One status, or several with commas between them.', examples: ['proposed'] }),
  agent: agentName.optional(),
  batch: label.optional().meta({ description: 'Of the jobs of this group.', examples: ['catalogue-2026-11'] }),
  job: jobId.optional(),
  target: target.optional(),
  flag: flagName.optional(),
  sample: z
    .string()
    .regex(/^0?\.\d{1,3}$/, 'must be a share between 0 and 1, such as 0.05')
    .optional()
    .meta({ ...sample, examples: ['0.05'] }),
}

export const ProposalCountQuery = z.strictObject(filterParams)

export const ProposalsQuery = z.strictObject({
  ...filterParams,
  page_size: wholeNumber(1, MAX_SHOWN, { examples: [MAX_SHOWN], default: PAGE_SIZE })
    .default(PAGE_SIZE)
    .meta({ description: 'Most proposals of one page.' }),
  page_token: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: '`next_page_token` of the page before.', examples: ['bWh0eGU2NTAgcHJvcF8wMUtBU0gx'] }),
})

export const ProposalView = z
  .object({
    id: z.string(),
    version: z.int().positive().meta({
      description: 'Rises with every change of it. In double quotes it is its `ETag`, for `If-Match` of a decision.',
    }),
    jobId,
    agent: agentName,
    batch: z.string().nullable(),
    tool: z.string(),
    target: z.string().meta({ description: 'What is changed.' }),
    mode: z.enum(WRITE_MODES).meta({ description: '`apply` was written by its job and can be undone.' }),
    status,
    before: anyJson.meta({ description: 'What was there; `null` where nothing was.' }),
    after: anyJson.meta({ description: 'What would be there, or is.' }),
    suggested: anyJson.optional().meta({ description: 'What the agent wrote, where a person has edited it.' }),
    flags,
    problem: z.string().optional().meta({ description: 'Why it is stale or failed, or is tried again.' }),
    stored: anyJson
      .optional()
      .meta({ description: 'What is there since it was applied, where that is known: an undo expects it.' }),
    found: anyJson.optional().meta({ description: 'What was there, where it is stale.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
    decidedAt: timestamp.optional(),
    decidedBy: ActorView.optional().meta({ description: 'Who approved or rejected it.' }),
    reason: z.string().optional().meta({ description: 'Why it was rejected.' }),
    requestedAt: timestamp.optional(),
    requestedBy: ActorView.optional().meta({ description: 'Who had it applied or undone.' }),
    expiresAt: timestamp.nullable().meta({
      description:
        'When it is deleted with its job, decided or not; until then it can be undone. `null` while its job is not finished: nothing can be decided yet.',
    }),
    links: z.object({
      self: z.string(),
      job: z.string(),
      approve: z.string(),
      reject: z.string(),
      apply: z.string(),
      undo: z.string(),
    }),
  })
  .meta({ id: 'Proposal', examples: [PROPOSAL_EXAMPLES.proposal], description: 'A write of a job, with both values.' })

const CONTENTS = ['agent', 'batch', 'tool', 'target', 'mode', 'before', 'after', 'flags'] as const

/** The answer to a decision: what the proposal holds is for keys with the scope `read`. */
export const DecidedView = z
  .object({
    ...ProposalView.shape,
    ...ProposalView.pick(
      Object.fromEntries(CONTENTS.map((name) => [name, true])) as Record<(typeof CONTENTS)[number], true>,
    ).partial().shape,
  })
  .meta({
    id: 'DecidedProposal',
    examples: [PROPOSAL_EXAMPLES.proposal],
    description: 'A proposal after a decision. Its contents are only for keys with the scope `read`.',
  })

export const ProposalPage = z
  .object({
    proposals: z.array(ProposalView),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
  })
  .meta({ id: 'ProposalPage', examples: [PROPOSAL_EXAMPLES.page] })

const byStatus = z.object(
  Object.fromEntries(WRITE_STATUSES.map((name) => [name, count])) as Record<WriteStatus, typeof count>,
)

export const ProposalCounts = z
  .object({
    counts: byStatus,
    ready: byStatus.meta({ description: 'Of those, the ones of finished jobs: they can be decided.' }),
    total: count,
  })
  .meta({
    id: 'ProposalCounts',
    examples: [PROPOSAL_EXAMPLES.counts],
    description: 'How many proposals there are in each status.',
  })

/** Body of `POST /proposals/{id}/approve`. */
export const ApprovalRequest = z
  .strictObject({
    after: anyJson
      .optional()
      .meta({ description: 'What to write in place of what was proposed. The guards look at it.' }),
  })
  .meta({ id: 'ApprovalRequest', examples: [{}, { after: 'An apron of washed linen, 90 cm long.' }] })

/** Body of `POST /proposals/{id}/reject`. */
export const RejectionRequest = z
  .strictObject({ reason: z.string().min(1).max(2000).optional() })
  .meta({ id: 'RejectionRequest', examples: [{ reason: 'The length is wrong.' }] })
