import * as z from 'zod'
import { ITEM_STATUSES, type ItemStatus, MOST_KEY_CHARACTERS } from '#domain/batch/item.ts'
import { ActorView } from './actor.ts'
import { BATCH_EXAMPLES } from './batch-examples.ts'
import { agentName, anyJson, count, jobId, label, text, timestamp, wholeNumber } from './common.ts'
import { jobError, usage } from './job.ts'
import { MAX_PAGE_SIZE, stopReason } from './listing.ts'
import { moneyFields } from './money.ts'
import { errorCode } from './problem.ts'
import { jobOptions, writes } from './job-options.ts'

export const MAX_INLINE_ITEMS = 1000
const MAX_CONCURRENCY = 1000

const { metadata, retentionSeconds, tags } = jobOptions

/** One line of an upload. */
export const BatchLine = z
  .strictObject({
    key: text(MOST_KEY_CHARACTERS).optional().meta({ description: 'Your own id of the item; unique in its batch.' }),
    input: anyJson,
    metadata,
    source: anyJson
      .optional()
      .meta({ description: 'What the work depends on beside the input, for `skipUnchanged`: a version, say.' }),
  })
  .meta({ id: 'BatchLine', examples: [BATCH_EXAMPLES.line], description: 'One item of a batch.' })

const stopOnFailures = z
  .union([z.strictObject({ count: z.int().min(1) }), z.strictObject({ share: z.number().gt(0).max(1) })])
  .meta({
    description: 'The batch stops after so many failed items, or when this share of those that have ended has failed.',
  })

/** Body of `POST /batches`. */
export const BatchRequest = z
  .strictObject({
    agent: agentName,
    name: label.optional(),
    itemKey: label.optional().meta({
      description: 'The member of an input that is the key of its item, where its line names none.',
      examples: ['product'],
    }),
    maxConcurrency: z.int().min(1).max(MAX_CONCURRENCY).default(20).meta({
      description: 'Most jobs of the batch that are not finished, at any time.',
    }),
    stopOnFailures: stopOnFailures.optional(),
    skipUnchanged: z.boolean().default(false).meta({
      description: 'Skips an item if one with the same agent, input and `source` has completed before.',
    }),
    writes,
    tags,
    metadata,
    callback: z
      .strictObject({ url: z.string().min(1).max(2048) })
      .optional()
      .meta({
        description: 'An https URL that is called at the end, and after an hour without items while the batch is open.',
      }),
    retentionSeconds,
    items: z.array(BatchLine).min(1).max(MAX_INLINE_ITEMS).optional().meta({
      description: 'Items to add at once. The batch is closed then.',
    }),
  })
  .meta({ id: 'BatchRequest', examples: [BATCH_EXAMPLES.request] })

export type BatchBody = z.infer<typeof BatchRequest>

export const UploadQuery = z.strictObject({
  from: wholeNumber(0, 999_999_999, { examples: [0], default: 0 })
    .default(0)
    .meta({
      description: 'How many lines the batch has, which is `next` of the batch and of each upload.',
    }),
})

export const itemStatus = z.enum(ITEM_STATUSES).meta({ id: 'BatchItemStatus', examples: ['failed'] })

const pageToken = wholeNumber(0, 999_999_999, { examples: [50] })

export const ItemsQuery = z.strictObject({
  status: itemStatus.optional().meta({ description: 'Items in this status.', examples: ['failed'] }),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, { examples: [100], default: 50 })
    .default(50)
    .meta({ description: 'Most items of one page.' }),
  page_token: pageToken.optional().meta({ description: '`next_page_token` of the page before.' }),
})

export const ResultsQuery = z.strictObject({
  status: itemStatus.optional().meta({ description: 'Items in this status.', examples: ['failed'] }),
  after: pageToken.optional().meta({ description: 'Only lines after this one.' }),
})

export const BatchesQuery = z.strictObject({
  needs: z
    .enum(['callback'])
    .optional()
    .meta({ description: 'Batches with a message to their callback that was given up.', examples: ['callback'] }),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, { examples: [100], default: 50 })
    .default(50)
    .meta({ description: 'Most batches of one page.' }),
  page_token: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: '`next_page_token` of the page before.', examples: ['bGZrMjBvIGpvYl8wMUtBU0g'] }),
})

const invalidLine = z.object({ line: count, code: errorCode, detail: z.string() })

export const UploadView = z
  .object({
    accepted: count.meta({ description: 'Lines that are items now.' }),
    next: count.meta({ description: 'Lines that the batch has: `from` of the next upload.' }),
    invalid: z.array(invalidLine).meta({ description: 'Lines that became failed items: the first 100.' }),
    invalidCount: count,
  })
  .meta({ id: 'BatchUpload', examples: [BATCH_EXAMPLES.upload] })

const byStatus = Object.fromEntries(ITEM_STATUSES.map((status) => [status, count])) as Record<ItemStatus, typeof count>

/** What a key without the scope `read` is not shown. */
const batchContents = {
  name: z.string().nullable().optional(),
  itemKey: z.string().nullable().optional(),
  tags: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  callback: z.object({ url: z.string() }).nullable().optional(),
  createdBy: ActorView.optional(),
}

export const BatchView = z
  .object({
    id: z.string().meta({ examples: [BATCH_EXAMPLES.batch.id] }),
    status: z.enum(['open', 'running', 'paused', 'completed', 'stopped', 'canceled']),
    agent: agentName,
    maxConcurrency: z.int(),
    stopOnFailures: z.union([z.object({ count: z.int() }), z.object({ share: z.number() })]).nullable(),
    skipUnchanged: z.boolean(),
    writes,
    ...batchContents,
    next: count.meta({ description: 'Lines that the batch has. An upload goes on from here.' }),
    counts: z.object(byStatus).meta({ description: 'Items by status.' }),
    refusedLines: count.meta({
      description: 'Failed items that no retry can change: lines that could not be read, or could not be items.',
    }),
    earlyStops: count.meta({
      description: 'Completed items without a whole answer. `GET /jobs?stop_reason=early&batch=…` lists their jobs.',
    }),
    usage: z
      .object({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count })
      .meta({ description: 'What its ended jobs have used, also by failed calls.' }),
    ...moneyFields,
    itemsPerSecond: z
      .number()
      .nullable()
      .meta({ description: 'The pace of the last minutes; `null` where there is none.' }),
    estimatedFinishAt: timestamp
      .nullable()
      .meta({ description: 'When all items that are there will have ended, at this pace.' }),
    idleSince: timestamp.nullable().meta({ description: 'Since when an open batch has got no lines.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
    closedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    expiresAt: timestamp.nullable().meta({ description: 'When it is deleted.' }),
    links: z.object({ self: z.string(), items: z.string(), results: z.string(), events: z.string() }),
  })
  .meta({
    id: 'Batch',
    examples: [BATCH_EXAMPLES.batch],
    description: 'Many items for one agent. A key without the scope `read` sees how it fares, and not what it holds.',
  })

export const BatchPage = z
  .object({
    batches: z.array(BatchView),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
  })
  .meta({ id: 'BatchPage', examples: [BATCH_EXAMPLES.page] })

const shownItem = {
  line: count.meta({ description: 'From 1, in the order of the upload.' }),
  key: z.string().nullable().meta({ description: 'Also the one that a refused line gives, which it does not hold.' }),
  status: itemStatus,
  jobId: jobId.nullable(),
}

export const BatchItemView = z
  .object({
    ...shownItem,
    input: anyJson.optional().meta({ description: 'Absent for a line that could not be read.' }),
    metadata: z.record(z.string(), z.string()),
    error: jobError.nullable(),
    stopReason: stopReason.nullable().meta({
      description:
        'Of a completed item: `finished` where its answer is whole. `null` also where it completed before this was kept.',
    }),
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'BatchItem', examples: [BATCH_EXAMPLES.item] })

export const BatchItemPage = z
  .object({
    items: z.array(BatchItemView),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
  })
  .meta({ id: 'BatchItemPage', examples: [BATCH_EXAMPLES.items] })

export const BatchResult = z
  .object({
    ...shownItem,
    output: anyJson.optional().meta({ description: 'Of a completed job that is still kept.' }),
    stopReason: stopReason
      .optional()
      .meta({ description: 'Of the same. Other than `finished`: the output may not be whole.' }),
    error: jobError.optional(),
    usage: usage.optional(),
    costMicros: moneyFields.costMicros.optional(),
    unpricedCalls: moneyFields.unpricedCalls.optional(),
  })
  .meta({ id: 'BatchResult', examples: [BATCH_EXAMPLES.result], description: 'What has become of one item.' })

/** The `data` of each event of a batch, by its name. */
export const BatchEvents = z
  .object({ progress: BatchView })
  .partial()
  .meta({ id: 'BatchEvents', examples: [{ progress: BATCH_EXAMPLES.batch }] })
