import { EXAMPLES } from './examples.ts'

const ID = 'prop_01KASH2V8ZQ5D3N6W7X8Y9Z0AB_7X8Y9Z_1'

const proposal = {
  id: ID,
  version: 7,
  jobId: EXAMPLES.job.id,
  agent: EXAMPLES.job.agent,
  batch: null,
  tool: 'update_description',
  target: 'product:linen-apron:description:en',
  mode: 'propose',
  status: 'approved',
  before: 'APRON!! Linen. 90 cm.',
  after: 'An apron of washed linen, 90 cm long.',
  suggested: 'An apron of linen, 90 cm long.',
  flags: [{ name: 'length', problem: 'The text has 37 characters; it must have at least 40.' }],
  createdAt: '2026-11-23T09:00:02.310Z',
  updatedAt: '2026-11-23T10:30:00.000Z',
  decidedAt: '2026-11-23T10:30:00.000Z',
  decidedBy: EXAMPLES.job.createdBy,
  expiresAt: '2026-12-23T09:00:05.000Z',
  links: {
    self: `/proposals/${ID}`,
    job: `/jobs/${EXAMPLES.job.id}`,
    approve: `/proposals/${ID}/approve`,
    reject: `/proposals/${ID}/reject`,
    apply: `/proposals/${ID}/apply`,
    undo: `/proposals/${ID}/undo`,
  },
} as const

const none = {
  ...{ proposed: 0, approved: 0, rejected: 0, applying: 0, applied: 0, undoing: 0, undone: 0, stale: 0, failed: 0 },
} as const

export const PROPOSAL_EXAMPLES = {
  proposal,
  page: { proposals: [proposal] },
  counts: {
    counts: { ...none, proposed: 40, applied: 960 },
    ready: { ...none, proposed: 38, applied: 960 },
    total: 1000,
  },
} as const
