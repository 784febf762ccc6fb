import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { modelsOf } from '#domain/agent/model-choice.ts'
import { ModelNotConfiguredError, UnknownModelError } from '#domain/model/errors.ts'
import type { Models } from '#ports/model.ts'
import { requestFor } from './call-model.ts'

/**
 * Refuses an agent whose model no provider has, and one that wants of its model what the model cannot do. An agent whose
 * model has no key here is not refused: the others can work.
 * @throws {DefinitionError} which names the agent, the model and the field.
 */
export async function checkAgents(
  agents: readonly Agent[],
  { models, defaultModel }: { readonly models: Models; readonly defaultModel: string },
): Promise<void> {
  for (const agent of agents) {
    const problem = await problemWithModels(agent, { models, defaultModel })
    if (problem !== null) throw new DefinitionError(`Agent "${agent.name}": ${problem}.`)
  }
}

/** What is wrong with the agent's models, or what one of them cannot do, in words. */
export async function problemWithModels(
  agent: Agent,
  { models, defaultModel }: { readonly models: Models; readonly defaultModel: string },
): Promise<string | null> {
  for (const model of modelsOf({ agent, defaultModel })) {
    const problem = unknownModel(model, models)
    if (problem !== null) return problem
  }
  if (agent.output === null && Object.keys(agent.settings).length === 0) return null
  for (const model of modelsOf({ agent, defaultModel })) {
    const problems = await unsupported(agent, model, models)
    if (problems.length > 0) return `${model} cannot do what it wants: ${problems.join('; ')}`
  }
  return null
}

async function unsupported(agent: Agent, model: string, models: Models): Promise<readonly string[]> {
  try {
    const messages = [{ role: 'user' as const, text: 'Hello.' }]
    return (await models.unsupported?.(requestFor(agent, { model, messages, instructions: null }))) ?? []
  } catch (error) {
    if (error instanceof ModelNotConfiguredError) return []
    throw error
  }
}

function unknownModel(model: string, models: Models): string | null {
  try {
    models.check(model)
    return null
  } catch (error) {
    if (error instanceof UnknownModelError) return error.message.replace(/\.$/, '')
    if (error instanceof ModelNotConfiguredError) return null
    throw error
  }
}
