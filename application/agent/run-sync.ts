import type { AgentRegistry } from '#domain/agent/registry.ts'
import { ApprovalNeededError } from '#domain/agent/errors.ts'
import { type AgentReport, reportOf } from '#domain/agent/report.ts'
import { applyTurnEvent } from '#domain/agent/fold-turn.ts'
import { type Turn, startTurn } from '#domain/agent/turn.ts'
import type { TurnEvent } from '#domain/agent/turn-event.ts'
import { DeadlineExceededError } from '#domain/job/errors.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import { checkFiles, checkInput } from './check-input.ts'
import { withDeadline } from '../time/deadline.ts'
import { runTurn } from './run-turn.ts'
import type { TurnDeps, TurnJournal } from './turn-run.ts'

export interface RunSyncCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly agent: string
  readonly input: JsonValue
  /** Aborts when the caller leaves; the model call in flight is aborted with it. */
  readonly signal: AbortSignal
  /** Given: the model's text is handed over as it comes. */
  readonly onText?: (text: string) => void
  /** If given, receives every step, like a job's journal. */
  readonly onEvent?: (event: TurnEvent) => void
}

export interface RunSyncDeps extends TurnDeps {
  readonly agents: AgentRegistry
  readonly tenants: TenantPolicies
  readonly ids: IdGenerator
}

/** What only a job has. */
const NO_JOB = { dispatches: null, running: null, writes: null }

/** Runs an agent while the caller waits. Nothing is stored. */
export class RunSync {
  readonly #deps: RunSyncDeps

  constructor(deps: RunSyncDeps) {
    this.#deps = deps
  }

  /** @throws {UnknownAgentError} {ApprovalNeededError} {InvalidInputError} {CanceledError} {DeadlineExceededError}, and what a model call throws. */
  execute(command: RunSyncCommand): Promise<AgentReport> {
    const { clock, limits } = this.#deps
    const deadline = { clock, timeoutMs: limits.maxRunMs, signal: command.signal, timeoutError: () => tooLong(limits) }
    return withDeadline(deadline, (signal) => this.#run({ ...command, signal }))
  }

  async #run({ tenantId, by, agent: name, input, signal, onText, onEvent }: RunSyncCommand): Promise<AgentReport> {
    const { agents, tenants, ids, clock } = this.#deps
    const agent = agents.only(tenants.get(tenantId).agents).get(name)
    if (agent.tools.some(({ approval, write }) => approval !== null || write !== null))
      throw new ApprovalNeededError(name)
    await checkInput(agent, input)
    await checkFiles(agent, input, this.#deps)

    const startedAt = clock.now()
    const journal = new PassingJournal(startTurn(input, agent.files), onEvent)
    const pause = (): boolean => false
    const origin = { runId: ids.newId('run'), tenantId, submittedBy: by, jobId: null }
    const run = { origin, agent, input, journal, signal, onText: () => onText, pause, ...NO_JOB }
    const outcome = await runTurn(run, this.#deps)
    if (outcome.kind === 'model_failed') throw outcome.error
    if (outcome.kind !== 'finished') throw new RangeError(`A sync run has neither past nor later: "${outcome.kind}".`)
    return reportOf(journal.turn, { agent: name, ...outcome.end, startedAt, finishedAt: clock.now() })
  }
}

function tooLong({ maxRunMs }: JobLimits): DeadlineExceededError {
  return new DeadlineExceededError(
    `The run was not finished within ${String(maxRunMs / 1000)} s. Submit longer work as a job: POST /jobs.`,
  )
}

/** Folds and reports events, and stores none. */
class PassingJournal implements TurnJournal {
  turn: Turn
  readonly #onEvent: ((event: TurnEvent) => void) | undefined

  constructor(turn: Turn, onEvent: ((event: TurnEvent) => void) | undefined) {
    this.turn = turn
    this.#onEvent = onEvent
  }

  append(event: TurnEvent): void {
    this.turn = applyTurnEvent(this.turn, event, null)
    this.#onEvent?.(event)
  }

  async flush(): Promise<void> {
    // Nothing outlives the request.
  }
}
