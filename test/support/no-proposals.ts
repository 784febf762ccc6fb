import type { ProposalIndexWriter } from '#ports/proposal-index.ts'

/** For jobs that make no writes. */
export const NO_PROPOSALS: ProposalIndexWriter = {
  put: () => Promise.reject(new Error('No proposal was expected.')),
  remove: () => Promise.reject(new Error('No proposal was expected.')),
}

/** For operations on jobs. */
export const NO_DECISIONS = {
  proposals: { ids: () => Promise.reject(new Error('No proposal was expected.')) },
  decideProposal: { execute: () => Promise.reject(new Error('No decision was expected.')) },
}
