import type { Agent } from '#domain/agent/agent.ts'
import { type PlannedCall, type StopReason, type Turn, nextStep } from '#domain/agent/turn.ts'
import type { TurnEvent } from '#domain/agent/turn-event.ts'
import type { Clock } from '#ports/clock.ts'
import type { Models } from '#ports/model.ts'
import { callModel } from './call-model.ts'
import { callTool } from './call-tool.ts'

/** Where a turn is written down: in memory for a sync run, in the job's journal for a job. */
export interface TurnJournal {
  /** The fold of everything appended so far. */
  readonly turn: Turn
  append(event: TurnEvent): void
  /** Returns when everything appended so far is durable. */
  flush(): Promise<void>
}

export interface TurnDeps {
  readonly models: Models
  readonly clock: Clock
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
}

export interface TurnRun {
  /** Job or run id. */
  readonly id: string
  readonly agent: Agent
  readonly journal: TurnJournal
  readonly signal: AbortSignal
  readonly onText: ((text: string) => void) | undefined
}

/**
 * Carries out `nextStep` until it says to finish; sync runs and jobs share this loop. Given a journal with a past, it goes on from there.
 *
 * The protocol: an intent is durable before its call is made, a result is appended when the call returns. The last result
 * of an iteration is not flushed on its own but with the next intent, or by the caller with the ending.
 */
export async function runTurn(run: TurnRun, deps: TurnDeps): Promise<StopReason> {
  const { agent, journal } = run
  for (;;) {
    const step = nextStep(journal.turn, agent)
    switch (step.kind) {
      case 'finish':
        return step.stopReason
      case 'call_model':
        await modelStep(run, step.iteration, deps)
        break
      case 'call_tools':
        await toolStep(run, step.calls, deps)
        break
    }
  }
}

async function modelStep(
  { agent, journal, signal, onText }: TurnRun,
  iteration: number,
  deps: TurnDeps,
): Promise<void> {
  const model = agent.model ?? deps.defaultModel
  journal.append({ type: 'model_call.started', at: deps.clock.now(), iteration, model })
  await journal.flush()
  journal.append(await callModel({ agent, turn: journal.turn, iteration, model, signal, onText }, deps))
}

async function toolStep(run: TurnRun, calls: readonly PlannedCall[], { clock }: TurnDeps): Promise<void> {
  const { id, agent, journal } = run
  for (const { call, interrupted } of calls) {
    if (interrupted) continue
    const effect = agent.tools.find(({ name }) => name === call.name)?.effect ?? null
    journal.append({ type: 'tool_call.started', at: clock.now(), callId: call.id, name: call.name, effect })
  }
  await journal.flush()

  const siblings = new AbortController()
  const signal = AbortSignal.any([run.signal, siblings.signal])
  let open = calls.length
  const one = async (planned: PlannedCall): Promise<void> => {
    const result = await callTool(planned, { agent, turnId: id, signal, clock })
    journal.append({ type: 'tool_call.completed', at: clock.now(), result })
    open -= 1
    if (open > 0) await journal.flush()
  }
  const endings = await Promise.allSettled(
    calls.map((planned) =>
      one(planned).catch((error: unknown) => {
        siblings.abort(error)
        throw error
      }),
    ),
  )
  const broken = endings.find((ending) => ending.status === 'rejected')
  if (broken) throw broken.reason
}
