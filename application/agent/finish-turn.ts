import type { Agent } from '#domain/agent/agent.ts'
import { OutputError } from '#domain/agent/errors.ts'
import { textOf } from '#domain/agent/message.ts'
import type { StopReason } from '#domain/agent/next-step.ts'
import { type AgentOutput, MOST_CORRECTIONS, jsonIn } from '#domain/agent/output.ts'
import { parseWith } from '#domain/agent/schema.ts'
import { shown } from '#domain/agent/shown.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Clock } from '#ports/clock.ts'
import { withDeadline } from '../time/deadline.ts'
import type { TurnRun } from './turn-run.ts'

export interface FinishedTurn {
  readonly kind: 'finished'
  readonly end: TurnEnd
}

export interface TurnEnd {
  readonly stopReason: StopReason
  /** The answer as JSON that fits the agent's output schema; absent for an agent without one. */
  readonly output?: JsonValue
}

/**
 * The end of the turn; `null` if its answer does not fit the agent's output schema and has gone back to the model.
 * @throws {OutputError} where the turn can bring no answer that fits.
 */
export async function finishTurn(
  { agent, journal, signal }: Pick<TurnRun, 'agent' | 'journal' | 'signal'>,
  stopReason: StopReason,
  clock: Clock,
): Promise<FinishedTurn | null> {
  if (!agent.output) return { kind: 'finished', end: { stopReason } }
  // The schema is code of the author's: what it may do to this process, the answer is paid for.
  await journal.flush()
  const { turn } = journal
  const schema = agent.output
  const output = await withDeadline({ clock, timeoutMs: VALIDATION_MS, signal, timeoutError }, () =>
    answerIn(turn, schema, stopReason),
  )
  if (output.ok) return { kind: 'finished', end: { stopReason, output: output.value } }
  const problems = problemsOf(output.problems, stopReason, agent)
  if (!mayCorrect(turn, stopReason)) throw new OutputError(agent.name, problems)
  journal.append({ type: 'output.refused', at: clock.now(), problems })
  return null
}

/** An answer that the provider withheld would be withheld again. */
function mayCorrect({ corrections }: Turn, stopReason: StopReason): boolean {
  return corrections < MOST_CORRECTIONS && stopReason !== 'content_filter' && stopReason !== 'max_iterations'
}

const VALIDATION_MS = 60_000

function timeoutError(): Error {
  return new Error("The agent's output schema did not check the answer within 60 s.")
}

type Answer =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly problems: readonly string[] }

async function answerIn({ messages }: Turn, { schema }: AgentOutput, stopReason: StopReason): Promise<Answer> {
  const last = messages.at(-1)
  const json = jsonIn(last?.role === 'assistant' ? textOf(last) : '', { isCutOff: stopReason === 'length' })
  if (!json.ok) return { ok: false, problems: [json.problem] }
  const parsed = await parseWith(schema, json.value)
  if (!parsed.ok) return parsed
  const value = shown(parsed.value)
  return value.ok ? value : { ok: false, problems: [value.why] }
}

/** What the end of the answer explains comes first. */
function problemsOf(problems: readonly string[], stopReason: StopReason, { maxIterations }: Agent): readonly string[] {
  switch (stopReason) {
    case 'length':
      return ['the answer was cut off at the limit of output tokens: answer in fewer words', ...problems]
    case 'content_filter':
      return ['the provider withheld the answer']
    case 'max_iterations':
      return [`there was no answer within ${String(maxIterations)} model calls (maxIterations)`]
    case 'finished':
    case 'other':
      return problems
  }
}
