// What the documents show of schedules. A test holds each against its own schema.

const KEY = { kind: 'key', id: '3f9a0c1be4d27a65' } as const
const ID = 'weekly-plan'
const JOB = 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'
const WHEN = { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' } as const

const REQUEST = {
  agent: 'product-copywriter',
  input: { product: 'linen-apron' },
  when: WHEN,
  tags: ['autumn'],
  pauseAfterFailures: 5,
} as const

const DEBOUNCE = {
  agent: 'cart-follow-up',
  input: { cart: 'c1' },
  when: { delaySeconds: 3600 },
  occurredAt: '2026-11-28T12:00:00Z',
  quietHours: { from: '21:00', to: '08:00', timeZone: 'Europe/Stockholm' },
  limit: { key: 'contact:42', max: 1, perSeconds: 259_200 },
} as const

const OUTLINE = {
  id: ID,
  status: 'active',
  nextFireAt: '2026-11-30T06:00:00.000Z',
  createdAt: '2026-11-20T09:00:00.000Z',
  changedAt: '2026-11-20T09:00:00.000Z',
  links: { self: `/schedules/${ID}` },
} as const

const SUMMARY = { ...OUTLINE, agent: REQUEST.agent, when: WHEN, tags: ['autumn'] } as const

const SCHEDULE = {
  ...SUMMARY,
  input: REQUEST.input,
  latestBy: null,
  merge: 'last',
  overlap: 'skip',
  catchUp: 'last',
  catchUpWithinSeconds: 86_400,
  quietHours: null,
  limit: null,
  pauseAfterFailures: 5,
  endAt: null,
  metadata: {},
  callback: null,
  retentionSeconds: null,
  occurredAt: null,
  next: [
    { at: '2026-11-30T06:00:00.000Z', local: '2026-11-30T07:00:00+01:00' },
    { at: '2026-12-07T06:00:00.000Z', local: '2026-12-07T07:00:00+01:00' },
  ],
  waiting: null,
  backfill: null,
  events: 0,
  droppedEvents: 0,
  failures: 0,
  fires: [
    {
      nominalAt: '2026-11-23T06:00:00.000Z',
      count: 1,
      cause: 'schedule',
      outcome: 'submitted',
      at: '2026-11-23T06:00:00.012Z',
      jobId: JOB,
      links: { job: `/jobs/${JOB}` },
    },
  ],
  createdBy: KEY,
  changedBy: KEY,
} as const

const PAGE = { schedules: [SUMMARY], next_page_token: 'sch_01KASH2V8ZQ5D3N6W7X8Y9Z0AB' } as const

const RUN = { jobId: JOB, links: { job: `/jobs/${JOB}`, schedule: `/schedules/${ID}` } } as const

export const SCHEDULE_EXAMPLES = {
  request: REQUEST,
  debounce: DEBOUNCE,
  schedule: SCHEDULE,
  summary: SUMMARY,
  page: PAGE,
  run: RUN,
}
