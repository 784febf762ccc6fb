import * as z from 'zod'
import { EARLY_STOPS } from '#domain/agent/next-step.ts'
import { JOB_ORDERS } from '#domain/job/filter.ts'
import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import { MOST_WORDS, searchWords } from '#domain/job/search-text.ts'
import { JOB_ACTIONS } from '#domain/operation/operation.ts'
import { DECISION_ACTIONS } from '#domain/write/decide.ts'
import { ActorView } from './actor.ts'
import { jobUsage } from './activity.ts'
import { agentName, count, jobId, label, text, time, timestamp, wholeNumber } from './common.ts'
import { EXAMPLES } from './examples.ts'
import { moneyFields } from './money.ts'
import { errorCode } from './problem.ts'
import { ProposalFilterBody } from './proposals.ts'

export const jobStatus = z.enum(JOB_STATUSES).meta({ id: 'JobStatus' })

export const stopReason = z.enum(['finished', ...EARLY_STOPS])

export const jobNeed = z.enum(['outcome', 'approval', 'callback'])

const needs = jobNeed.meta({
  description:
    'Jobs that need a person: to say what became of calls (`outcome`), to allow or reject calls (`approval`), or to have a message sent again that could not be delivered (`callback`).',
  examples: ['approval'],
})

const stopsSo = z.enum(['early', ...EARLY_STOPS]).meta({
  description: 'Jobs that completed without a whole answer for this reason; `early` for any of them.',
  examples: ['early'],
})

const error = errorCode.optional().meta({ description: 'Jobs that failed with this code.' })

/** Which jobs are meant, in the body of an operation. */
export const JobFilterBody = z
  .strictObject({
    status: z.array(jobStatus).min(1).max(JOB_STATUSES.length).optional(),
    agent: agentName.optional(),
    tag: label.optional(),
    batch: label.optional(),
    error,
    needs: needs.optional(),
    stopReason: stopsSo.optional(),
    createdAfter: time.optional(),
    createdBefore: time.optional(),
  })
  .meta({ id: 'JobFilter', outputId: 'AppliedJobFilter' })

/** The same in a query. */
const filterParams = {
  status: z
    .string()
    .regex(
      new RegExp(`^(?:${JOB_STATUSES.join('|')})(?:,(?:${JOB_STATUSES.join('|')})){0,5}$`),
      `must be one or more of ${JOB_STATUSES.join(', ')}, with commas between them`,
    )
    .optional()
    .meta({ description: 'One status, or several with commas between them.', examples: ['failed,canceled'] }),
  agent: agentName.optional().meta({ description: 'Jobs of this agent.' }),
  tag: label.optional().meta({ description: 'Jobs that were submitted with this tag.', examples: ['autumn'] }),
  batch: label.optional().meta({ description: 'Jobs of this group.', examples: ['catalogue-2026-11'] }),
  error,
  needs: needs.optional(),
  stop_reason: stopsSo.optional(),
  created_after: time.optional().meta({ description: 'Submitted at this time or later.' }),
  created_before: time.optional().meta({ description: 'Submitted before this time.' }),
}

export const CountQuery = z.strictObject(filterParams)

export const MAX_PAGE_SIZE = 200
const PAGE_SIZE = 50

export const ListQuery = z.strictObject({
  ...filterParams,
  q: text(100)
    .refine((q) => searchWords(q) !== null, { error: `must have from 1 to ${String(MOST_WORDS)} words` })
    .optional()
    .meta({
      description:
        'Words that all stand in the tags, the metadata, the beginning of the input, or the beginning of the answer or of the reason of a failure. Case does not matter, and a part of a word is enough. At most 8 words.',
      examples: ['linen apron'],
    }),
  order: z
    .enum(JOB_ORDERS)
    .default('newest')
    .meta({ description: 'Which come first, by the time of submission.', examples: ['oldest'] }),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, { examples: [100], default: PAGE_SIZE })
    .default(PAGE_SIZE)
    .meta({ description: 'Most jobs of one page.' }),
  page_token: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: '`next_page_token` of the page before.', examples: [EXAMPLES.page.next_page_token] }),
})

export const JobSummary = z
  .object({
    id: jobId,
    status: jobStatus,
    agent: agentName,
    inputPreview: z.string().nullable().meta({
      description:
        'What it is about: the first texts and numbers of its input, at most 80 characters. `null` where there are none, where `searchable` is off, and for jobs of before this was kept.',
    }),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    batch: z.string().nullable(),
    createdAt: timestamp,
    updatedAt: timestamp.meta({ description: 'When its status changed last.' }),
    finishedAt: timestamp.nullable(),
    errorCode: errorCode.nullable().meta({ description: 'Of a failed job.' }),
    stopReason: stopReason.nullable().meta({
      description:
        'Of a completed job: `finished` where its answer is whole. `null` also where it completed before this was kept.',
    }),
    needs: z.array(jobNeed).meta({
      description:
        'What it needs a person for, as in the filter `needs`. A job that waits and needs nothing goes on by itself.',
    }),
    usage: jobUsage.nullable().meta({ description: '`null` until the job has ended.' }),
    ...moneyFields,
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'JobSummary', examples: [EXAMPLES.summary], description: 'What is known of a job without opening it.' })

export const JobPage = z
  .object({
    jobs: z.array(JobSummary),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
    searchedTo: timestamp.optional().meta({
      description:
        'Of a search (`q`) that goes on in the next page: it has looked as far as the jobs that were submitted then. A page looks at 5000 jobs at most, so it may be empty.',
    }),
  })
  .meta({ id: 'JobPage', examples: [EXAMPLES.page] })

export const JobCounts = z
  .object({
    counts: z.object({
      queued: count,
      running: count,
      waiting: count,
      completed: count,
      failed: count,
      canceled: count,
    } satisfies Record<JobStatus, z.ZodType>),
    total: count,
    isWhole: z.boolean().meta({
      description:
        'Without it there are at least so many. A question about more than 2000 finished jobs is answered at once with those, and all are counted in the background: ask again.',
    }),
    countedAt: timestamp.meta({
      description: 'When finished jobs were counted, if there are more than 2000. All others are counted now.',
    }),
  })
  .meta({ id: 'JobCounts', examples: [EXAMPLES.counts], description: 'How many jobs there are in each status.' })

export const OperationView = z
  .object({
    id: z.string().meta({ examples: ['op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'] }),
    action: z.enum([...JOB_ACTIONS, ...DECISION_ACTIONS]),
    outcome: z
      .enum(['happened', 'did_not_happen', 'fail', 'approved', 'rejected'])
      .optional()
      .meta({ description: 'Of `resolve`.' }),
    tool: z.string().optional().meta({ description: 'Of `resolve`, where it is about one tool.' }),
    filter: z.union([JobFilterBody, ProposalFilterBody]),
    status: z.enum(['running', 'completed']),
    total: count.meta({ description: 'Jobs or proposals that fitted at the start.' }),
    done: count.meta({
      description: 'What it was done to so far. Of `delete`, also jobs that were gone when it came to them.',
    }),
    skipped: count.meta({
      description:
        'Jobs or proposals that had moved on meanwhile, had nothing to resolve, or may not be deleted yet. They were left alone.',
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
    finishedAt: timestamp.nullable(),
    createdBy: ActorView,
    links: z.object({ self: z.string() }),
  })
  .meta({
    id: 'Operation',
    examples: [EXAMPLES.operation],
    description: 'Something done to every job or proposal that fits a filter, and how far it has come.',
  })
