import type { Agent } from '#domain/agent/agent.ts'
import { InvalidInputError } from '#domain/agent/errors.ts'
import { problemsWithFiles } from '#domain/agent/input-file.ts'
import { instructionsFor } from '#domain/agent/instructions.ts'
import { userMessage } from '#domain/agent/message.ts'
import { modelsOf } from '#domain/agent/model-choice.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Models } from '#ports/model.ts'
import { requestFor } from './call-model.ts'

/** @throws {InvalidInputError} when the agent declares what its input looks like and `input` does not. */
export async function checkInput(agent: Agent, input: JsonValue): Promise<void> {
  await instructionsFor(agent, input)
  const problems = problemsWithFiles(input, agent.files)
  if (problems.length > 0) throw new InvalidInputError(agent.name, problems)
}

/**
 * Files that a provider cannot take are refused before any work.
 * @throws {InvalidInputError} {ModelNotConfiguredError}
 */
export async function checkFiles(
  agent: Agent,
  input: JsonValue,
  { models, defaultModel }: { readonly models: Pick<Models, 'unsupported'>; readonly defaultModel: string },
): Promise<void> {
  if (agent.files.length === 0) return
  const [model = defaultModel] = modelsOf({ agent, defaultModel })
  const messages = [userMessage(input, agent.files)]
  const problems = (await models.unsupported?.(requestFor(agent, { model, messages, instructions: null }))) ?? []
  if (problems.length > 0)
    throw new InvalidInputError(
      agent.name,
      problems.map((one) => `${model}: ${one}`),
    )
}
