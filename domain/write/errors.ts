import { AppError } from '../app-error.ts'
import type { WriteRecord } from './write.ts'

export class ProposalNotFoundError extends AppError {
  readonly code = 'proposal_not_found'

  constructor(id: string) {
    super(`There is no proposal "${id}".`)
  }
}

/** What was asked cannot be done to a proposal as it stands. */
export class ProposalConflictError extends AppError {
  readonly code = 'proposal_conflict'

  constructor(id: string, status: string, action: string) {
    const isUnapplied = action === 'undo' && (status === 'proposed' || status === 'approved')
    const why = isUnapplied ? 'nothing was applied yet' : `it is not possible to ${action} it`
    super(`Proposal ${id} is ${status}: ${why}.`)
  }
}

/** A caller decided on a version of the proposal that is not the newest. */
export class ProposalChangedError extends AppError {
  readonly code = 'proposal_changed'

  constructor({ id, version, status }: Pick<WriteRecord, 'id' | 'version' | 'status'>, seen: number) {
    super(`Proposal ${id} is ${status} in version ${String(version)}, and the decision was made on ${String(seen)}.`)
  }
}

/** Only the executor of an unfinished job writes to it. */
export class ProposalNotReadyError extends AppError {
  readonly code = 'proposal_not_ready'
  override readonly retryable = true

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status}. What it proposes can be decided when it is finished.`)
  }
}

/** What was asked for must be carried out before its job may be deleted. */
export class WriteUnderWayError extends AppError {
  readonly code = 'write_under_way'

  constructor(jobId: string, { id, status }: Pick<WriteRecord, 'id' | 'status'>) {
    super(
      `Job ${jobId} is ${status} its proposal ${id}. Delete the job when that is done, which GET /proposals/${id} shows.`,
    )
  }
}

/** What a person has put in place of the model's text does not pass. */
export class ProposalRefusedError extends AppError {
  readonly code = 'proposal_refused'

  constructor(problem: string) {
    super(`The edited text was not accepted: ${problem}`)
  }
}
