import * as z from 'zod'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'
import { type ProbeAnswer, type Tool, type ToolContext, defineTool } from '#domain/agent/tool.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { answer, asks } from '#test/support/script.ts'

export type ToolName = 'read' | 'idempotent' | 'once' | 'probed' | 'approved'

/** A turn by what its model asks for: in every round some tools in parallel, after the last round an answer. */
export interface Scenario {
  readonly name: string
  readonly rounds: readonly (readonly ToolName[])[]
  /** So many model calls fail for now before the first succeeds. */
  readonly failures?: number
  /** After its first answer the first model refuses every call, and the agent has another. */
  readonly fallback?: true
  /** The answer must be JSON, and so many answers are not. */
  readonly corrections?: number
  /** Somebody cancels the job when so many model calls have been made. */
  readonly cancelAfter?: number
  /** So many processes die in the middle of a tool call, one after the other. */
  readonly deathsAtTool?: number
  /** The release of each process, counted from 0; without a name unless given. */
  readonly releaseOf?: (process: number) => string
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'plain', rounds: [] },
  { name: 'one tool of each effect, one after the other', rounds: [['read'], ['idempotent'], ['once'], ['probed']] },
  {
    name: 'parallel tools',
    rounds: [
      ['read', 'once', 'idempotent', 'once'],
      ['probed', 'once'],
    ],
  },
  { name: 'approval', rounds: [['approved', 'read', 'approved']] },
  { name: 'retries', rounds: [['once']], failures: 3 },
  { name: 'fallback', rounds: [['once'], ['read']], fallback: true },
  { name: 'corrections', rounds: [['once']], corrections: 2 },
  { name: 'cancel', rounds: [['once'], ['idempotent', 'once'], ['read']], cancelAfter: 2 },
]

export interface MadeCall {
  readonly key: string
  readonly tool: ToolName
  readonly signal: AbortSignal
}

/** What the world sees of a turn; it may do more than look: delay, die, refuse. */
export interface Surroundings {
  /** Around a model call; `iteration` from 1. */
  modelCall(iteration: number, work: () => ModelReply): Promise<ModelReply>
  /** Around a tool call. The effect happens when `work` is called. */
  toolCall(call: MadeCall, work: () => null): Promise<null>
  /** Whether the effect with this key has happened; `null` when it cannot be told yet. */
  hasHappened(key: string): boolean | null
}

export const SCENARIO_AGENT = 'scenario'

export function scenarioAgent(world: Surroundings, { corrections, fallback }: Scenario): Agent {
  const names: readonly ToolName[] = ['read', 'idempotent', 'once', 'probed', 'approved']
  return defineAgent({
    name: SCENARIO_AGENT,
    instructions: '',
    tools: names.map((name) => scenarioTool(name, world)),
    ...(fallback && { fallbackModels: ['scripted/second'] }),
    ...(corrections !== undefined && { output: z.object({ done: z.literal(true) }) }),
  })
}

function scenarioTool(name: ToolName, world: Surroundings): Tool {
  return defineTool({
    name,
    description: name,
    effect: name === 'probed' || name === 'approved' ? 'once' : name,
    ...(name === 'approved' && { approval: true }),
    input: z.object({}),
    run: (_input, { idempotencyKey: key, signal }) => world.toolCall({ key, tool: name, signal }, () => null),
    ...(name === 'probed' && {
      probe: (_input: object, { idempotencyKey: key }: ToolContext) => probeAnswer(world.hasHappened(key)),
    }),
  })
}

function probeAnswer(happened: boolean | null): ProbeAnswer {
  if (happened === null) return null
  return happened ? { happened, output: null } : { happened }
}

/** The model of a scenario: what it answers depends on the transcript alone, as far as it may be asked twice. */
export class ScenarioModels implements Models {
  readonly #scenario: Scenario
  readonly #world: Surroundings
  readonly #failures: { left: number }

  /** `failures`: how many there are still to come, in all processes together. */
  constructor(scenario: Scenario, world: Surroundings, failures = { left: scenario.failures ?? 0 }) {
    this.#scenario = scenario
    this.#world = world
    this.#failures = failures
  }

  check(): void {
    // Any name will do.
  }

  async call({ model, messages }: ModelRequest): Promise<ModelReply> {
    const round = messages.filter(({ role }) => role === 'assistant').length
    return this.#world.modelCall(round + 1, () => {
      if (round === 0 && this.#failures.left-- > 0) {
        throw new ModelError('Not now.', { retryable: true })
      }
      const { rounds, corrections, fallback } = this.#scenario
      if (fallback && round > 0 && model !== 'scripted/second') throw new ModelError('Gone.', { retryable: false })
      const tools = rounds[round]
      if (tools) return asks(...tools.map((name, n) => ({ id: `r${String(round)}c${String(n)}`, name })))
      const isCorrect = corrections !== undefined && round >= rounds.length + corrections
      return answer(isCorrect ? '{"done":true}' : 'Done.')
    })
  }
}
