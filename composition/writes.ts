import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { ReadProposals } from '#application/write/read-proposals.ts'
import type { Register } from './register.ts'
import * as t from './tokens.ts'

/** What is decided and done about writes, where the jobs live, and how they are found. */
export function addWrites(use: Register): void {
  use(
    DecideProposal,
    (c) =>
      new DecideProposal({
        jobs: c.resolve(t.JOB_STORE),
        agents: c.resolve(t.AGENTS),
        clock: c.resolve(t.CLOCK),
        limits: c.resolve(t.LIMITS),
      }),
  )
  use(
    ReadProposals,
    (c) => new ReadProposals({ jobs: c.resolve(t.JOB_INTAKE), proposals: c.resolve(t.PROPOSAL_INDEX) }),
  )
  use(
    CarryOutWrites,
    (c) =>
      new CarryOutWrites({
        jobs: c.resolve(t.EXECUTED_JOBS),
        agents: c.resolve(t.AGENTS),
        executor: c.resolve(t.EXECUTOR),
        clock: c.resolve(t.CLOCK),
        limits: c.resolve(t.LIMITS),
        logger: c.resolve(t.LOGGER),
      }),
  )
}
