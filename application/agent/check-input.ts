import type { Agent } from '#domain/agent/agent.ts'
import { InvalidInputError } from '#domain/agent/errors.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { parseWith } from '#domain/agent/schema.ts'

/** @throws {InvalidInputError} when the agent declares what its input looks like and `input` does not. */
export async function checkInput(agent: Agent, input: JsonValue): Promise<void> {
  if (!agent.input) return
  const result = await parseWith(agent.input, input)
  if (!result.ok) throw new InvalidInputError(agent.name, result.problems)
}
