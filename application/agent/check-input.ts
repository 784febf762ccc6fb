import type { Agent } from '#domain/agent/agent.ts'
import { instructionsFor } from '#domain/agent/instructions.ts'
import type { JsonValue } from '#domain/json/json.ts'

/** @throws {InvalidInputError} when the agent declares what its input looks like and `input` does not. */
export async function checkInput(agent: Agent, input: JsonValue): Promise<void> {
  await instructionsFor(agent, input)
}
