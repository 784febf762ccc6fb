import {
  ProposalChangedError,
  ProposalConflictError,
  ProposalNotFoundError,
  ProposalNotReadyError,
  ProposalRefusedError,
} from '#domain/write/errors.ts'
import { pathParameter } from '../../openapi/path-parameter.ts'
import { BODY_ERRORS, type Route } from '../../openapi/route.ts'
import type { Tag } from '../../openapi/tags.ts'
import type { RefusalExamples } from '../../resource.ts'
import { PROPOSAL_EXAMPLES } from '../../wire/proposal-examples.ts'
import {
  ApprovalRequest,
  DecidedView,
  ProposalCountQuery,
  ProposalCounts,
  ProposalPage,
  ProposalView,
  ProposalsQuery,
  RejectionRequest,
} from '../../wire/proposals.ts'

const PROPOSALS: Tag = { name: 'proposals', description: 'What jobs write, or propose to: approved, applied, undone.' }

const { id: ID, jobId: JOB } = PROPOSAL_EXAMPLES.proposal

const PROPOSAL_ID = pathParameter('ProposalId', /^prop_[0-7][0-9A-HJKMNP-TV-Z]{25}_[0-9A-HJKMNP-TV-Z]{6}_\d{1,6}$/, {
  description: 'Id of a proposal.',
  example: ID,
})

const AT_PROPOSAL = { path: { id: PROPOSAL_ID }, tag: PROPOSALS } as const
const AT_DECISION = { ...AT_PROPOSAL, headers: ['if-match'] } as const
const DECIDED = {
  200: { description: 'The proposal, as it stands now.', schema: DecidedView, headers: ['etag'] },
} as const
const NOT_POSSIBLE = ['proposal_not_found', 'proposal_not_ready', 'proposal_changed', 'proposal_conflict'] as const

export const PROPOSAL_REFUSALS: RefusalExamples = {
  [`/proposals/${ID}`]: [new ProposalNotFoundError(ID)],
  [`/proposals/${ID}/approve`]: [
    new ProposalRefusedError('The new text lacks what the old one says: 90 cm.'),
    new ProposalNotReadyError(JOB, 'running'),
  ],
  [`/proposals/${ID}/apply`]: [new ProposalChangedError({ id: ID, status: 'approved', version: 9 }, 7)],
  [`/proposals/${ID}/reject`]: [new ProposalConflictError(ID, 'applied', 'reject')],
}

export const PROPOSAL_ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listProposals',
    summary: 'What jobs have written or propose to write, with both values',
    description: 'Newest first. A job that is running already shows what it has proposed so far.',
    scope: 'read',
    tag: PROPOSALS,
    query: ProposalsQuery,
    answers: { 200: { description: 'A page of them.', schema: ProposalPage, headers: ['link'] } },
  },
  'GET /counts': {
    id: 'countProposals',
    summary: 'How many proposals there are in each status',
    description: 'With the filters of the list. `ready` says how many an operation with this filter could act on.',
    scope: 'read',
    tag: PROPOSALS,
    query: ProposalCountQuery,
    answers: { 200: { description: 'The counts.', schema: ProposalCounts } },
  },
  'GET /{id}': {
    id: 'getProposal',
    summary: 'One proposal',
    scope: 'read',
    ...AT_PROPOSAL,
    answers: { 200: { description: 'The proposal.', schema: ProposalView, headers: ['etag'] } },
    errors: ['proposal_not_found'],
  },
  'POST /{id}/approve': {
    id: 'approveProposal',
    summary: 'Approve it, as it is or edited',
    description:
      'Nothing is written yet: `apply` does that. What was rejected or approved before can be approved, too. Repeating it changes nothing.',
    scope: 'approve',
    ...AT_DECISION,
    body: ApprovalRequest,
    answers: DECIDED,
    errors: [...BODY_ERRORS, ...NOT_POSSIBLE, 'proposal_refused'],
  },
  'POST /{id}/reject': {
    id: 'rejectProposal',
    summary: 'Reject it',
    scope: 'approve',
    ...AT_DECISION,
    body: RejectionRequest,
    answers: DECIDED,
    errors: [...BODY_ERRORS, ...NOT_POSSIBLE],
  },
  'POST /{id}/apply': {
    id: 'applyProposal',
    summary: 'Write what was approved',
    description:
      'Carried out afterwards, without a model. It reads first: where something else is there than `before`, it becomes `stale` and nothing is written.',
    scope: 'approve',
    ...AT_DECISION,
    answers: DECIDED,
    errors: [...NOT_POSSIBLE],
  },
  'POST /{id}/undo': {
    id: 'undoProposal',
    summary: 'Put back what was there',
    description:
      'Carried out afterwards. Where something else is there than `after`, it becomes `stale` and nothing is written.',
    scope: 'approve',
    ...AT_DECISION,
    answers: DECIDED,
    errors: [...NOT_POSSIBLE],
  },
}
