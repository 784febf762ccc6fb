import * as z from 'zod'
import type { JobEvent } from '#domain/job/event.ts'
import { ActorView } from './actor.ts'
import { agentName, agentVersion, anyJson, jobId, timestamp } from './common.ts'
import { EVENT_EXAMPLES } from './event-examples.ts'
import { Report, Waiting, jobError, namedCalls, usage } from './job.ts'
import { costMicros } from './money.ts'
import { Problem } from './problem.ts'
import { WRITE_EVENTS } from './write-events.ts'

const at = { at: timestamp }
const by = { by: ActorView }
const byCaller = { by: ActorView.optional().meta({ description: 'The caller who resolved it, if one did.' }) }
const iteration = z.int().min(1)
const provider = z.record(z.string(), anyJson).optional().meta({ description: "The provider's own; opaque." })
const result = z.object({ callId: z.string(), name: z.string(), isError: z.boolean(), output: anyJson })

const message = z.object({
  role: z.literal('assistant'),
  parts: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), text: z.string(), provider }),
      z.object({ type: z.literal('reasoning'), text: z.string(), provider }),
      z.object({ type: z.literal('tool_call'), id: z.string(), name: z.string(), input: anyJson, provider }),
    ]),
  ),
})

/** The `data` of each event of a job's journal, by the `event:` it comes with. */
const JOURNAL_EVENTS = {
  'job.submitted': z.object({
    ...at,
    ...by,
    jobId,
    agent: agentName,
    agentVersion: agentVersion.optional(),
    input: anyJson,
    files: z.array(z.string()).optional().meta({ description: 'Members of the input that hold files.' }),
    runAt: timestamp.optional(),
    deadlineAt: timestamp,
  }),
  'attempt.started': z.object({ ...at, agentVersion: agentVersion.optional() }),
  'attempt.released': z.object(at),
  'lease.renewed': z.object(at),
  'model_call.started': z.object({
    ...at,
    iteration,
    model: z.string(),
    instructions: z.string().optional().meta({ description: 'What a function has made of the input.' }),
  }),
  'model_call.completed': z.object({
    ...at,
    iteration,
    message,
    finishReason: z.string(),
    rawFinishReason: z
      .string()
      .optional()
      .meta({ description: "The provider's own word for the reason, if it gave one." }),
    usage,
    costMicros,
  }),
  'model_call.failed': z.object({
    ...at,
    iteration,
    message: z.string(),
    usage: usage.optional(),
    costMicros: costMicros.optional(),
  }),
  'model.switched': z.object({ ...at, from: z.string(), to: z.string(), reason: z.string() }).meta({
    description:
      "The turn goes on with one of the agent's fallback models. `refused`: waiting does not mend the failure. `failures`: the model has failed too often in a row.",
  }),
  'output.refused': z.object({ ...at, problems: z.array(z.string()) }),
  'tool_call.started': z.object({
    ...at,
    callId: z.string(),
    name: z.string(),
    effect: z.enum(['read', 'idempotent', 'once']).nullable(),
  }),
  'tool_call.approval_requested': z.object({
    ...at,
    callId: z.string(),
    name: z.string(),
    expiresAt: timestamp.optional(),
  }),
  'tool_call.approved': z.object({ ...at, ...by, callId: z.string(), input: anyJson.optional() }),
  'tool_call.completed': z.object({
    ...at,
    result,
    toldBy: z.enum(['call', 'time_limit', 'probe', 'dispatch_log', 'caller', 'rejection']),
    ...byCaller,
    stored: anyJson
      .optional()
      .meta({ description: 'What a write in mode `apply` has left there, where that is known.' }),
  }),
  'tool_call.reopened': z.object({
    ...at,
    callId: z.string(),
    toldBy: z.enum(['probe', 'dispatch_log', 'caller']),
    ...byCaller,
  }),
  'job.waiting': z.object({ ...at, wait: Waiting }),
  'job.resumed': z.object({ ...at, ...by }),
  'job.cancel_requested': z.object({ ...at, ...by }),
  'job.completed': z.object({ ...at, stopReason: Report.shape.stopReason, output: anyJson.optional() }),
  'job.failed': z.object({ ...at, ...byCaller, error: jobError, unknownCalls: namedCalls.optional() }),
  'job.canceled': z.object({ ...at, unknownCalls: namedCalls.optional() }),
  'callback.attempted': z.object({
    ...at,
    deliveryId: z.string(),
    status: z.int().nullable(),
    reason: z.string().nullable(),
    becomes: z.enum(['pending', 'delivered', 'failed', 'gone']),
    nextAt: timestamp.nullable(),
  }),
  'callback.redelivery_requested': z.object({ ...at, ...by, deliveryId: z.string() }),
  ...WRITE_EVENTS,
} satisfies Record<JobEvent['type'], z.ZodType>

/** The model's text as it comes; it has no number, for the journal holds it whole in the end. */
const text = z.object({ text: z.string() })

/** The `data` of the events of a job, by name. */
export const JobEvents = z
  .object({ ...JOURNAL_EVENTS, text })
  .partial()
  .meta({
    id: 'JobEvents',
    description: 'The `data` of each event of a job, by its `event:` name.',
    examples: [EVENT_EXAMPLES.job],
  })

/** The same of a streamed run, whose last event is its report or its problem. */
export const RunEvents = z
  .object({
    ...JOURNAL_EVENTS,
    text,
    report: Report,
    problem: Problem.pick({ code: true, detail: true, retryable: true }),
  })
  .partial()
  .meta({
    id: 'RunEvents',
    description: 'The `data` of each event of a streamed run, by its `event:` name.',
    examples: [EVENT_EXAMPLES.run],
  })
