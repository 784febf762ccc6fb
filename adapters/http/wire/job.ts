import * as z from 'zod'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { WRITE_MODES } from '#domain/write/write.ts'
import { ActorView } from './actor.ts'
import { agentName, agentVersion, anyJson, count, jobId, timestamp } from './common.ts'
import { EXAMPLES } from './examples.ts'
import { costMicros, moneyFields } from './money.ts'
import { errorCode } from './problem.ts'
import { jobStatus, stopReason } from './listing.ts'

export const usage = z
  .object({
    inputTokens: count.meta({ description: 'With those of the cache.' }),
    cachedInputTokens: count.meta({ description: "Read from the provider's cache." }),
    cacheWriteTokens: count.meta({ description: "Written to the provider's cache." }),
    outputTokens: count.meta({ description: 'With those of reasoning.' }),
    reasoningTokens: count,
  })
  .meta({
    id: 'Usage',
    description: 'Tokens of model calls, as the provider counted them.',
  })

/** What a turn returns. */
export const Report = z
  .object({
    agent: agentName,
    model: z
      .string()
      .meta({ description: '`provider/model` that answered.', examples: ['anthropic/claude-sonnet-5-5'] }),
    stopReason: stopReason.meta({
      description:
        'Why the turn ended. `length`: the model ran out of output tokens. `content_filter`: the provider withheld the rest. `other`: the provider ended the answer for a reason that is not known; `rawFinishReason` in the journal is its word.',
    }),
    output: anyJson.meta({
      description: 'Of an agent with an output schema, JSON that fits it. Otherwise the text of the last answer.',
    }),
    iterations: count.meta({ description: 'Finished model calls.' }),
    toolCalls: z.array(
      z.object({ id: z.string(), name: z.string(), input: anyJson, isError: z.boolean(), output: anyJson }),
    ),
    usage,
    ...moneyFields,
    startedAt: timestamp,
    finishedAt: timestamp,
  })
  .meta({ id: 'AgentReport', examples: [EXAMPLES.report], description: 'What an agent brings back.' })

export const jobError = z
  .object({ code: errorCode, message: z.string() })
  .meta({ id: 'JobError', description: 'Why something failed, in one sentence.' })

const receipt = z
  .object({
    modelCalls: count.meta({ description: 'All calls that began.' }),
    failedModelCalls: count.meta({ description: 'Brought nothing usable.' }),
    wastedModelCalls: count.meta({ description: 'Cut off with their process and made again.' }),
    toolCalls: count,
    lastCallAt: timestamp
      .nullable()
      .meta({ description: 'When the last call began: never after a request to cancel.' }),
    usage: z.object({ answered: usage, failed: usage }).meta({
      description:
        'Of calls that were answered, and of calls that `failed`: paid for and of no use, as far as the provider said so. Of a call that was cut off, nothing is known. A report has both in one.',
    }),
    ...moneyFields,
    failedCostMicros: costMicros.meta({ description: 'The part of `costMicros` that calls cost which `failed`.' }),
  })
  .meta({
    id: 'Receipt',
    description: 'What the job has done, and used, so far. Absent until its first model call or its end.',
  })

export const namedCalls = z
  .array(z.object({ callId: z.string(), name: z.string() }))
  .meta({ description: 'Calls whose outcome is not known; absent when there are none. The job says more of each.' })

export const waitingCall = z.object({
  callId: z.string(),
  name: z.string(),
  input: anyJson,
  startedAt: timestamp,
  links: z.object({ resolve: z.string() }).optional(),
})

const approvalCall = z.object({
  callId: z.string(),
  name: z.string(),
  input: anyJson,
  since: timestamp,
  expiresAt: timestamp.optional().meta({ description: 'When it counts as rejected.' }),
  links: z.object({ resolve: z.string() }).optional(),
})

export const Waiting = z
  .discriminatedUnion('reason', [
    z.object({ reason: z.literal('retry'), until: timestamp, error: jobError }),
    z.object({ reason: z.literal('unknown_agent'), since: timestamp, until: timestamp }),
    z.object({ reason: z.literal('outcome_unknown'), calls: z.array(waitingCall) }),
    z.object({ reason: z.literal('approval'), calls: z.array(approvalCall) }),
  ])
  .meta({
    id: 'Waiting',
    description:
      'Who or what can move the job on. `retry`: time. `unknown_agent`: a server that knows the agent, as after a deploy; at the deadline the job fails. `outcome_unknown`: a person who says what became of these calls. `approval`: a person who allows or rejects them.',
  })

export const callbackEvent = z.enum(CALLBACK_EVENTS).meta({ id: 'CallbackEvent' })

/** The contents of a job need the scope `read`. Callers that may only submit or cancel get its status. */
const FOR_READERS = 'Absent without the scope `read`.'

export const Job = z
  .object({
    id: jobId,
    status: jobStatus,
    agent: agentName,
    agentVersion: agentVersion
      .optional()
      .meta({ description: `Of the agent in the last attempt, or at submission before the first. ${FOR_READERS}` }),
    input: anyJson.optional().meta({ description: `Any JSON. ${FOR_READERS}` }),
    tags: z.array(z.string()).optional().meta({ description: FOR_READERS }),
    metadata: z.record(z.string(), z.string()).optional().meta({ description: FOR_READERS }),
    batch: z.string().nullable().optional().meta({ description: FOR_READERS }),
    callback: z
      .object({ url: z.string(), events: z.array(callbackEvent) })
      .nullable()
      .optional()
      .meta({ description: FOR_READERS }),
    writes: z
      .enum(WRITE_MODES)
      .optional()
      .meta({
        description: `Whether it makes its writes or proposes them; absent where its agent has none. ${FOR_READERS}`,
      }),
    retentionSeconds: count.optional().meta({ description: `How long it is kept after its end. ${FOR_READERS}` }),
    retryOf: z
      .string()
      .nullable()
      .optional()
      .meta({ description: `Id of the job that this one repeats. ${FOR_READERS}` }),
    createdBy: ActorView.optional().meta({ description: `Who submitted it. ${FOR_READERS}` }),
    cancelRequestedBy: ActorView.optional().meta({ description: `Who asked for it to be canceled. ${FOR_READERS}` }),
    attempt: count.meta({ description: 'Executions begun so far.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
    runAt: timestamp
      .optional()
      .meta({ description: 'When a job begins that was submitted to begin later; absent once it has begun.' }),
    startedAt: timestamp.optional(),
    cancelRequestedAt: timestamp.optional(),
    canceledAt: timestamp.optional(),
    finishedAt: timestamp.optional(),
    expiresAt: timestamp.optional().meta({ description: 'When the finished job is deleted.' }),
    waiting: Waiting.optional(),
    report: Report.optional(),
    receipt: receipt.optional(),
    error: jobError.optional(),
    unknownCalls: z
      .array(waitingCall)
      .optional()
      .meta({
        description: `Calls of a failed or canceled job that may have had their effect; absent when there are none. Until each is resolved, the job is neither retried nor deleted on request. ${FOR_READERS}`,
      }),
    links: z.object({ self: z.string(), events: z.string(), deliveries: z.string() }),
  })
  .meta({
    id: 'Job',
    examples: [EXAMPLES.job],
    description:
      'A job as it stands. Its contents, from its `input` to its `report`, need the scope `read`. Other callers get its status.',
  })

/** Of a message about a job or a batch. */
export const deliveryFields = {
  id: z.string().meta({ description: 'The `webhook-id` of the message.' }),
  status: z.enum(['pending', 'delivered', 'failed', 'gone']),
  occurredAt: timestamp,
  nextAttemptAt: timestamp.nullable(),
  attemptCount: count.meta({ description: 'Since it was last asked for.' }),
  attempts: z
    .array(z.object({ at: timestamp, status: z.int().nullable(), reason: z.string().nullable() }))
    .optional()
    .meta({
      description: `The last twenty. \`status\` of the answer, or the \`reason\` why there was none. ${FOR_READERS}`,
    }),
  redeliveredBy: ActorView.optional().meta({ description: `Who asked last for it to be sent again. ${FOR_READERS}` }),
  links: z.object({ redeliver: z.string() }),
}

export const DeliveryView = z.object({ ...deliveryFields, event: callbackEvent }).meta({
  id: 'Delivery',
  examples: [EXAMPLES.delivery],
  description:
    'A message to your server: pending, delivered, given up (`failed`), or `gone`: your server answered this message or an earlier one with 410, and nothing is sent until a caller requests a redelivery.',
})

export const DeliveryLog = z
  .object({ deliveries: z.array(DeliveryView) })
  .meta({ id: 'DeliveryLog', examples: [EXAMPLES.deliveries] })

/** What we send to a callback's URL. */
export const CallbackMessage = z
  .object({
    type: callbackEvent,
    timestamp: timestamp.meta({ description: 'When it happened.' }),
    format: z.int().min(1).meta({ description: 'Of the message. Within a format, members may be added.' }),
    data: z.object({
      jobId,
      status: jobStatus,
      agent: agentName,
      sequence: z.int().min(1).meta({ description: 'Counts the messages of this job.' }),
      tags: z.array(z.string()),
      metadata: z.record(z.string(), z.string()),
      batch: z.string().nullable(),
      unknownCalls: namedCalls.optional(),
      links: z.object({ self: z.string() }),
    }),
  })
  .meta({
    id: 'CallbackMessage',
    examples: [EXAMPLES.message],
    description: 'Tells what happened; ask for the job itself to know more.',
  })
