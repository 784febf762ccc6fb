import { AppError } from '#domain/app-error.ts'
import type { Operation } from '#domain/operation/operation.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { ProposalIndex } from '#ports/proposal-index.ts'
import type { CancelJob } from '../job/cancel-job.ts'
import type { DeleteJob } from '../job/delete-job.ts'
import type { ResolveCall } from '../job/resolve-call.ts'
import type { RetryJob } from '../job/retry-job.ts'
import type { DecideProposal, DecideProposalCommand } from '../write/decide-proposal.ts'
import type { JobCommand } from '../job/write-to-job.ts'

export interface RunOperationDeps {
  readonly index: Pick<JobIndex, 'list'>
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly retryJob: Pick<RetryJob, 'execute'>
  readonly resolveCall: Pick<ResolveCall, 'execute'>
  readonly deleteJob: Pick<DeleteJob, 'execute'>
  readonly proposals: Pick<ProposalIndex, 'ids'>
  readonly decideProposal: Pick<DecideProposal, 'execute'>
  readonly clock: Clock
}

const SLICE = 50
/** Jobs or proposals that something is done to at once: each is a request to its own object where jobs have objects. */
const AT_ONCE = 5

/** Carries out one slice of an operation. */
export class RunOperation {
  readonly #deps: RunOperationDeps

  constructor(deps: RunOperationDeps) {
    this.#deps = deps
  }

  /** What has become of the operation; `null` when it has been kept for long enough. @throws when a store fails, and when the queue is full: the slice is done again then. */
  async execute(operation: Operation): Promise<Operation | null> {
    if (operation.status === 'completed') return null
    if (operation.slice.length > 0) return this.#work(operation)
    if (operation.last) return { ...operation, status: 'completed', finishedAt: this.#deps.clock.now() }
    return this.#take(operation)
  }

  async #take(operation: Operation): Promise<Operation> {
    const { tenantId, filter, cursor, decide } = operation
    if (decide) {
      const query = { tenantId, filter: decide.filter, size: SLICE, after: cursor }
      const { ids: slice, next } = await this.#deps.proposals.ids(query)
      return { ...operation, slice, cursor: next, last: next === null }
    }
    const { jobs, next } = await this.#deps.index.list({ tenantId, filter, size: SLICE, after: cursor })
    return { ...operation, slice: jobs.map(({ id }) => id), cursor: next, last: next === null }
  }

  async #work(operation: Operation): Promise<Operation> {
    let done = 0
    for (let from = 0; from < operation.slice.length; from += AT_ONCE) {
      const together = operation.slice.slice(from, from + AT_ONCE)
      const ends = await Promise.all(together.map((id) => this.#act(operation, id)))
      done += ends.filter(Boolean).length
    }
    const skipped = operation.slice.length - done
    return { ...operation, slice: [], done: operation.done + done, skipped: operation.skipped + skipped }
  }

  /** Whether it could be done. What has moved on is left alone. */
  async #act(operation: Operation, id: string): Promise<boolean> {
    try {
      const asker = { tenantId: operation.tenantId, by: actorOf(operation) }
      const { decide } = operation
      if (decide) await this.#decide(operation, { ...asker, proposalId: id })
      else await this.#ask(operation, { ...asker, jobId: id })
      return true
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      // Most likely this slice deleted it before it was cut off.
      if (operation.action === 'delete' && error.code === 'job_not_found') return true
      if (!error.retryable) return false
      throw error
    }
  }

  /** As the proposal stands now, and not when the slice was taken: a person may have decided otherwise meanwhile. */
  async #decide({ decide, createdAt: since }: Operation, asked: Asked): Promise<void> {
    if (!decide) return
    const { decision, filter } = decide
    await this.#deps.decideProposal.execute({ ...asked, decision, bulk: { statuses: filter.statuses, since } })
  }

  async #ask({ id, action, resolve, createdAt, asOf = createdAt }: Operation, command: JobCommand): Promise<void> {
    const { cancelJob, retryJob, resolveCall, deleteJob } = this.#deps
    if (action === 'cancel') await cancelJob.execute(command)
    // Its own key for each job, so that a slice that is done again submits nothing twice.
    else if (action === 'retry') await retryJob.execute({ ...command, asOf, idempotencyKey: `${id}\n${command.jobId}` })
    else if (action === 'delete') await deleteJob.execute({ ...command, asOf })
    else if (resolve) {
      const { resolution, tool } = resolve
      await resolveCall.execute({ ...command, call: { tool, begunBy: asOf }, resolution })
    }
  }
}

type Asked = Omit<DecideProposalCommand, 'decision' | 'version' | 'bulk'>

/** What it does to jobs, it does for the caller who started it. */
function actorOf({ id, createdBy }: Operation): Actor {
  return { kind: 'operation', id, for: createdBy }
}
