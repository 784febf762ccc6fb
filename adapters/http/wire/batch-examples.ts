// What the documents show of batches. A test holds each against its own schema.

const ID = 'bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'
const JOB = 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

const BATCH = {
  id: ID,
  status: 'running',
  agent: 'product-copywriter',
  name: 'autumn catalogue',
  itemKey: 'product',
  maxConcurrency: 20,
  stopOnFailures: { share: 0.2 },
  skipUnchanged: true,
  tags: ['autumn'],
  metadata: {},
  callback: { url: 'https://shop.example.com/hooks/errand' },
  next: 150_000,
  counts: { pending: 120_480, running: 20, completed: 29_100, failed: 150, canceled: 0, skipped: 250 },
  refusedLines: 3,
  earlyStops: 12,
  usage: {
    inputTokens: 53_544_000,
    cachedInputTokens: 34_920_000,
    cacheWriteTokens: 524_000,
    outputTokens: 6_169_200,
  },
  costMicros: 102_694_000,
  unpricedCalls: 0,
  itemsPerSecond: 8.1,
  estimatedFinishAt: '2026-11-23T13:07:52.000Z',
  idleSince: null,
  createdAt: '2026-11-23T09:00:00.000Z',
  createdBy: { kind: 'key', id: '3f9a0c1be4d27a65' },
  updatedAt: '2026-11-23T10:00:00.000Z',
  closedAt: '2026-11-23T09:01:12.000Z',
  finishedAt: null,
  expiresAt: null,
  links: {
    self: `/batches/${ID}`,
    items: `/batches/${ID}/items`,
    results: `/batches/${ID}/results`,
    events: `/batches/${ID}/events`,
  },
} as const

const ITEM = {
  line: 7,
  key: 'apron-7',
  status: 'completed',
  jobId: JOB,
  input: { product: 'linen-apron' },
  metadata: { order: '1042' },
  error: null,
  stopReason: 'finished',
  endedAt: '2026-11-23T09:00:07.480Z',
} as const

const RESULT = {
  line: 7,
  key: 'apron-7',
  status: 'completed',
  jobId: JOB,
  output: 'Saved 2 drafts for "Linen Apron".',
  stopReason: 'finished',
  usage: { inputTokens: 1840, cachedInputTokens: 1200, cacheWriteTokens: 540, outputTokens: 212, reasoningTokens: 0 },
  costMicros: 3790,
  unpricedCalls: 0,
} as const

const DELIVERY = {
  id: `${ID.replace('bat_', 'msg_')}_1`,
  event: 'batch.completed',
  status: 'failed',
  occurredAt: '2026-11-23T13:07:52.000Z',
  nextAttemptAt: null,
  attemptCount: 9,
  attempts: [{ at: '2026-11-26T12:40:03.000Z', status: 503, reason: null }],
  links: { redeliver: `/batches/${ID}/deliveries/${ID.replace('bat_', 'msg_')}_1/redeliver` },
} as const

export const BATCH_EXAMPLES = {
  batch: BATCH,
  page: { batches: [BATCH] },
  request: { agent: 'product-copywriter', name: 'autumn catalogue', itemKey: 'product', skipUnchanged: true },
  line: { key: 'apron-7', input: { product: 'linen-apron' } },
  upload: {
    accepted: 499,
    next: 500,
    invalid: [{ line: 17, code: 'malformed_json', detail: 'The line is not JSON: it is empty.' }],
    invalidCount: 1,
  },
  item: ITEM,
  items: { items: [ITEM], next_page_token: '7' },
  delivery: DELIVERY,
  deliveries: { deliveries: [DELIVERY] },
  result: RESULT,
  results: `${JSON.stringify(RESULT)}\n`,
  lines: `${JSON.stringify({ key: 'apron-7', input: { product: 'linen-apron' } })}\n`,
  events: `event: progress\ndata: ${JSON.stringify(BATCH)}\n\n`,
} as const
