import type { AgentRegistry } from '#domain/agent/registry.ts'
import { JobNotFoundError } from '#domain/job/errors.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { type BulkLimits, type WriteDecision, eventFor } from '#domain/write/decide.ts'
import { ProposalNotFoundError, ProposalNotReadyError, ProposalRefusedError } from '#domain/write/errors.ts'
import { type WriteFlag, type WriteRecord, jobIdIn } from '#domain/write/write.ts'
import type { WriteSpec } from '#domain/agent/tool.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'
import { jsonBytes } from '#domain/json/json.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import { writeToJob } from '../job/write-to-job.ts'
import { flagsOf, problemsOf } from './make-write.ts'

export interface DecideProposalCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly proposalId: string
  readonly decision: WriteDecision
  /** Of the proposal that the caller has seen: a newer one is not decided on. Any unless given. */
  readonly version?: number | undefined
  readonly bulk?: BulkLimits | undefined
}

export interface DecideProposalDeps {
  readonly jobs: JobStore
  readonly agents: AgentRegistry
  readonly clock: Clock
  readonly limits: JobLimits
}

/**
 * Records what a person decides about one write of a finished job, or asks for. What was asked for is carried out by the
 * job's next wake. Repeating it changes nothing.
 */
export class DecideProposal {
  readonly #deps: DecideProposalDeps

  constructor(deps: DecideProposalDeps) {
    this.#deps = deps
  }

  /**
   * @throws {ProposalNotFoundError} {ProposalNotReadyError} {ProposalChangedError} {ProposalConflictError}
   * {ProposalRefusedError}
   */
  async execute({ tenantId, by, proposalId, decision, version, bulk }: DecideProposalCommand): Promise<JobRecord> {
    const { jobs, clock } = this.#deps
    const jobId = jobIdIn(proposalId)
    if (jobId === null) throw new ProposalNotFoundError(proposalId)
    try {
      return await writeToJob(jobs, { tenantId, jobId }, (journal) => {
        const { job } = journal
        const write = job.writes.find(({ id }) => id === proposalId)
        if (!write) throw new ProposalNotFoundError(proposalId)
        if (!isFinished(job)) throw new ProposalNotReadyError(jobId, job.status)
        const flags = this.#check(job, write, decision)
        const event = eventFor(write, decision, { by, at: clock.now(), flags, version, bulk })
        if (event) journal.append(event)
      })
    } catch (error) {
      throw error instanceof JobNotFoundError ? new ProposalNotFoundError(proposalId) : error
    }
  }

  /** What the flags say of an edited text. @throws {ProposalRefusedError} */
  #check(job: JobRecord, write: WriteRecord, decision: WriteDecision): readonly WriteFlag[] {
    if (decision.action !== 'approve' || decision.after === undefined) return []
    const { before, after, tool } = write
    if (kindOf(decision.after) !== kindOf(after))
      throw new ProposalRefusedError(`it must be of the same kind as what was proposed, which is ${kindOf(after)}.`)
    if (jsonBytes(decision.after) > this.#deps.limits.maxToolResultBytes)
      throw new ProposalRefusedError('it is too large to be recorded.')
    const spec = this.#specOf(job, tool)
    if (!spec)
      throw new ProposalRefusedError(
        `the agent "${job.agent}" has no write "${tool}" any more, so it cannot be checked.`,
      )
    const problems = checked(() => problemsOf(spec.guards, before, decision.after as JsonValue), tool)
    if (problems.length > 0) throw new ProposalRefusedError(problems.join(' '))
    return checked(() => flagsOf(spec, before, decision.after as JsonValue), tool)
  }

  #specOf({ agent }: JobRecord, tool: string): WriteSpec | null {
    const { agents } = this.#deps
    if (!agents.has(agent)) return null
    return agents.get(agent).tools.find(({ name }) => name === tool)?.write ?? null
  }
}

/** A guard may not expect what a person has typed. @throws {ProposalRefusedError} */
function checked<T>(check: () => T, tool: string): T {
  try {
    return check()
  } catch (error) {
    throw new ProposalRefusedError(sentenceOf(error, tool))
  }
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
