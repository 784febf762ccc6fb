// What the documents show. A test holds each against its own schema.

const USAGE = {
  inputTokens: 1840,
  cachedInputTokens: 1200,
  cacheWriteTokens: 540,
  outputTokens: 212,
  reasoningTokens: 0,
} as const

// As claude-sonnet-5-5 is listed: 100 plain, 1200 cached and 540 written tokens in, 212 out.
const COST = { costMicros: 3790, unpricedCalls: 0 } as const

const NOTHING_USED = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
} as const

const REPORT = {
  agent: 'product-copywriter',
  model: 'anthropic/claude-sonnet-5-5',
  stopReason: 'finished',
  output: 'Saved 2 drafts for "Linen Apron".',
  iterations: 3,
  toolCalls: [
    {
      id: 'call_1',
      name: 'read_product',
      input: { handle: 'linen-apron' },
      isError: false,
      output: { title: 'Linen Apron' },
    },
  ],
  usage: USAGE,
  ...COST,
  startedAt: '2026-11-23T09:00:00.120Z',
  finishedAt: '2026-11-23T09:00:07.480Z',
} as const

const KEY = { kind: 'key', id: '3f9a0c1be4d27a65' } as const

const SUMMARY_FIELDS = {
  id: 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
  status: 'completed',
  agent: 'product-copywriter',
  tags: ['autumn'],
  metadata: { order: '1042' },
  batch: 'catalogue-2026-11',
  createdAt: '2026-11-23T09:00:00.000Z',
  updatedAt: '2026-11-23T09:00:07.480Z',
  finishedAt: '2026-11-23T09:00:07.480Z',
  links: { self: '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB' },
} as const

const SUMMARY = {
  ...SUMMARY_FIELDS,
  inputPreview: 'linen-apron',
  errorCode: null,
  stopReason: 'finished',
  needs: [],
  usage: { inputTokens: 1840, cachedInputTokens: 1200, outputTokens: 212 },
  ...COST,
} as const

const JOB = {
  ...SUMMARY_FIELDS,
  input: { product: 'linen-apron' },
  callback: { url: 'https://shop.example.com/hooks/errand', events: ['job.completed', 'job.failed'] },
  retentionSeconds: 2_592_000,
  retryOf: null,
  createdBy: KEY,
  attempt: 1,
  startedAt: '2026-11-23T09:00:00.120Z',
  expiresAt: '2026-12-23T09:00:07.480Z',
  report: REPORT,
  receipt: {
    modelCalls: 3,
    failedModelCalls: 0,
    wastedModelCalls: 0,
    toolCalls: 3,
    lastCallAt: '2026-11-23T09:00:05.310Z',
    usage: { answered: USAGE, failed: NOTHING_USED },
    ...COST,
    failedCostMicros: 0,
  },
  links: {
    self: '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
    events: '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB/events',
    deliveries: '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB/deliveries',
  },
} as const

const DELIVERY = {
  id: 'msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1',
  event: 'job.completed',
  status: 'delivered',
  occurredAt: '2026-11-23T09:00:07.480Z',
  nextAttemptAt: null,
  attemptCount: 1,
  attempts: [{ at: '2026-11-23T09:00:07.610Z', status: 204, reason: null }],
  links: {
    redeliver: '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB/deliveries/msg_01KASH2V8ZS8C1M4T6V9X2Y5A7_1/redeliver',
  },
} as const

const MESSAGE = {
  type: 'job.completed',
  timestamp: '2026-11-23T09:00:07.480Z',
  format: 1,
  data: {
    jobId: SUMMARY.id,
    status: 'completed',
    agent: 'product-copywriter',
    sequence: 1,
    tags: ['autumn'],
    metadata: { order: '1042' },
    batch: 'catalogue-2026-11',
    links: SUMMARY.links,
  },
} as const

const OPERATION = {
  id: 'op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB',
  action: 'retry',
  filter: { status: ['failed'], tag: 'autumn', createdBefore: '2026-11-23T09:00:00.001Z' },
  status: 'running',
  total: 1200,
  done: 350,
  skipped: 0,
  createdAt: '2026-11-23T09:00:00.000Z',
  createdBy: KEY,
  updatedAt: '2026-11-23T09:00:04.000Z',
  finishedAt: null,
  links: { self: '/operations/op_01KASH2V8ZQ5D3N6W7X8Y9Z0AB' },
} as const

const DRAFT = { name: 'save_draft', description: 'Save a draft.', effect: 'idempotent' } as const

const AGENT = {
  name: 'product-copywriter',
  version: '5f0c2a91b7d4e863',
  description: 'Writes product descriptions in Swedish and English.',
  model: 'anthropic/claude-sonnet-5-5',
  maxIterations: 10,
  inputSchema: { type: 'object', properties: { product: { type: 'string' } }, required: ['product'] },
  outputSchema: null,
  tools: [DRAFT],
} as const

const DEFINITION = {
  ...AGENT,
  tools: [
    {
      ...DRAFT,
      writes: false,
      approval: 'never',
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      timeoutSeconds: 60,
    },
  ],
  fallbackModels: [],
  files: [],
  writes: 'propose',
  modelTimeoutSeconds: 300,
  jobTimeoutSeconds: 604_800,
  instructions: 'You write product descriptions.',
  settings: { temperature: 0.3 },
} as const

export const EXAMPLES = {
  report: REPORT,
  summary: SUMMARY,
  page: { jobs: [SUMMARY], next_page_token: 'bGZrMjBvIGpvYl8wMUtBU0g' },
  counts: {
    counts: { queued: 3, running: 1, waiting: 0, completed: 95, failed: 1, canceled: 0 },
    total: 100,
    isWhole: true,
    countedAt: '2026-11-23T10:00:00.000Z',
  },
  job: JOB,
  delivery: DELIVERY,
  deliveries: { deliveries: [DELIVERY] },
  message: MESSAGE,
  operation: OPERATION,
  operationActor: { kind: 'operation', id: OPERATION.id, for: KEY },
  agents: { agents: [AGENT] },
  agent: DEFINITION,
  agentVersions: {
    versions: [
      {
        fingerprint: '8a1d03b95c7e2f46',
        isCurrent: true,
        firstSeenAt: '2026-11-23T08:00:00.000Z',
        lastSeenAt: '2026-11-24T08:10:00.000Z',
        definition: DEFINITION,
      },
    ],
  },
  health: { status: 'ok', runtime: 'node' },
  readiness: { status: 'ready' },
  index: { service: 'errand', routes: { 'POST /jobs': 'Submit a job' } },
} as const
