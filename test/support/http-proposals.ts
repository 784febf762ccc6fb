import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { CarryOutWrites, type CarryOutWritesDeps } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { ReadProposals } from '#application/write/read-proposals.ts'
import { ALONE } from './fixtures.ts'

/** What HTTP needs of writes, and what a job's wake does for them. */
export function httpProposals({ db, ...deps }: Omit<CarryOutWritesDeps, 'executor'> & { readonly db: SqlDatabase }) {
  const proposals = new SqlProposalIndex(db)
  const carryOutWrites = new CarryOutWrites({ ...deps, executor: ALONE })
  return {
    decideProposal: new DecideProposal(deps),
    readProposals: new ReadProposals({ jobs: deps.jobs, proposals }),
    write: (jobId: string) => carryOutWrites.execute(jobId, new AbortController().signal),
  }
}
