import { EXAMPLES } from './examples.ts'

const at = '2026-11-23T09:00:00.120Z'
const by = EXAMPLES.job.createdBy
const deliveryId = EXAMPLES.delivery.id
const [CALL] = EXAMPLES.report.toolCalls

const WRITTEN = {
  tool: 'update_description',
  target: 'product:linen-apron:description:en',
  before: 'APRON!! Linen. 90 cm.',
  after: 'An apron of linen, 90 cm long.',
  flags: [{ name: 'length', problem: 'The text has 30 characters; it must have at least 40.' }],
}

/** The `data` of each event of a job, by name. */
const JOB = {
  'job.submitted': {
    at: EXAMPLES.job.createdAt,
    by,
    jobId: EXAMPLES.job.id,
    agent: EXAMPLES.job.agent,
    input: EXAMPLES.job.input,
    deadlineAt: '2026-11-30T09:00:00.000Z',
  },
  'attempt.started': { at },
  'attempt.released': { at },
  'lease.renewed': { at },
  'model_call.started': { at, iteration: 1, model: EXAMPLES.report.model },
  'model_call.completed': {
    at: '2026-11-23T09:00:02.310Z',
    iteration: 1,
    message: {
      role: 'assistant',
      parts: [
        { type: 'text', text: 'I will read it first.' },
        { type: 'tool_call', id: CALL.id, name: CALL.name, input: CALL.input },
      ],
    },
    finishReason: 'tool_calls',
    usage: { inputTokens: 540, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 38, reasoningTokens: 0 },
    costMicros: 1460,
  },
  'model_call.failed': { at, iteration: 1, message: 'The model is overloaded.' },
  'model.switched': { at, from: EXAMPLES.report.model, to: 'openai/gpt-5.5', reason: 'failures' },
  'output.refused': { at, problems: ['title: Invalid input: expected string, received number'] },
  'tool_call.approval_requested': { at, callId: CALL.id, name: CALL.name },
  'tool_call.approved': { at, callId: CALL.id, by },
  'tool_call.started': { at, callId: CALL.id, name: CALL.name, effect: 'read' },
  'tool_call.completed': {
    at,
    result: { callId: CALL.id, name: CALL.name, isError: CALL.isError, output: CALL.output },
    toldBy: 'call',
  },
  'tool_call.reopened': { at, callId: CALL.id, toldBy: 'caller', by },
  'job.waiting': {
    at,
    wait: {
      reason: 'retry',
      until: '2026-11-23T09:00:04.000Z',
      error: { code: 'model_failed', message: 'The model is overloaded.' },
    },
  },
  'job.resumed': { at, by },
  'job.cancel_requested': { at, by: EXAMPLES.operationActor },
  'job.completed': { at: EXAMPLES.report.finishedAt, stopReason: EXAMPLES.report.stopReason },
  'job.failed': { at, error: { code: 'model_timeout', message: 'The model did not answer within 300 s.' } },
  'job.canceled': { at },
  'callback.attempted': { at, deliveryId, status: 204, reason: null, becomes: 'delivered', nextAt: null },
  'callback.redelivery_requested': { at, deliveryId, by },
  'write.proposed': { at, callId: CALL.id, ...WRITTEN },
  'write.begun': { at, callId: CALL.id, ...WRITTEN },
  'write.approved': { at, callId: CALL.id, by, after: 'An apron of washed linen, 90 cm long.' },
  'write.rejected': { at, callId: CALL.id, by, reason: 'The length is wrong.' },
  'write.requested': { at, callId: CALL.id, by, action: 'apply' },
  'write.started': { at, callId: CALL.id },
  'write.deferred': { at, callId: CALL.id, problem: 'The shop is overloaded.', nextAt: '2026-11-23T09:00:02.000Z' },
  'write.ended': { at, callId: CALL.id, outcome: 'applied' },
  text: { text: 'I will read' },
} as const

const RUN = {
  ...JOB,
  report: EXAMPLES.report,
  problem: { code: 'model_failed', detail: 'The model is overloaded.', retryable: true },
} as const

export const EVENT_EXAMPLES = { job: JOB, run: RUN } as const
