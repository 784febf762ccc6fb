import type { Agent } from '#domain/agent/agent.ts'
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
import type { RequestTrace } from '#domain/trace/trace-context.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { Telemetry } from '#ports/telemetry.ts'
import { checkFiles, checkInput } from './check-input.ts'
import type { CountRuns } from './count-runs.ts'
import { withDeadline } from '../time/deadline.ts'
import { runTrace } from './run-trace.ts'
import { runTurn } from './run-turn.ts'
import type { TurnDeps, TurnJournal, TurnRun } from './turn-run.ts'

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
  readonly trace?: RequestTrace | undefined
}

export interface RunSyncDeps extends TurnDeps {
  readonly agents: AgentRegistry
  readonly tenants: TenantPolicies
  readonly ids: IdGenerator
  readonly telemetry?: Telemetry | undefined
  readonly countRuns: Pick<CountRuns, 'begin'>
}

/** What only a job has. */
const NO_JOB = { dispatches: null, running: null, writes: null }

/** Runs an agent while the caller waits. Nothing is stored but its part in the sums of usage. */
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

  async #run({
    tenantId,
    by,
    agent: name,
    input,
    signal,
    onText,
    onEvent,
    trace,
  }: RunSyncCommand): Promise<AgentReport> {
    const { agents, tenants, ids, clock } = this.#deps
    const agent = agents.only(tenants.get(tenantId).agents).get(name)
    if (agent.tools.some(({ approval, write }) => approval !== null || write !== null))
      throw new ApprovalNeededError(name)
    await checkInput(agent, input)
    await checkFiles(agent, input, this.#deps)

    const startedAt = clock.now()
    const runId = ids.newId('run')
    const events: TurnEvent[] = []
    const { telemetry } = this.#deps
    const journal = new PassingJournal(startTurn(input, agent.files), (event) => {
      if (telemetry) events.push(event)
      onEvent?.(event)
    })
    const origin = { runId, tenantId, submittedBy: by, jobId: null, trace: runTrace({ runId, trace }, 0, telemetry) }
    const said = { runId, tenantId, agent: name, agentVersion: agent.version, trace: trace ?? {}, startedAt, events }
    const ended = this.#deps.countRuns.begin()
    try {
      const report = await this.#report(agent, { origin, input, journal, signal, onText, startedAt })
      telemetry?.ran({ ...said, finishedAt: report.finishedAt, outcome: { report } })
      return report
    } catch (error) {
      telemetry?.ran({ ...said, finishedAt: clock.now(), outcome: { error } })
      throw error
    } finally {
      ended({ tenantId, agent: name, finishedAt: clock.now(), spending: journal.turn.spending })
    }
  }

  async #report(agent: Agent, { startedAt, onText, ...begun }: Begun): Promise<AgentReport> {
    const pause = (): boolean => false
    const outcome = await runTurn({ ...begun, agent, onText: () => onText, pause, ...NO_JOB }, this.#deps)
    if (outcome.kind === 'model_failed') throw outcome.error
    if (outcome.kind !== 'finished') throw new RangeError(`A sync run has neither past nor later: "${outcome.kind}".`)
    const { turn } = begun.journal
    return reportOf(turn, { agent: agent.name, ...outcome.end, startedAt, finishedAt: this.#deps.clock.now() })
  }
}

interface Begun extends Pick<TurnRun, 'origin' | 'input' | 'journal' | 'signal'> {
  readonly onText: ((text: string) => void) | undefined
  readonly startedAt: number
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
