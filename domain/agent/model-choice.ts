import type { Turn } from './turn.ts'

export const DEFAULT_FALLBACK_AFTER_FAILURES = 3

export interface ModelChoice {
  readonly agent: { readonly model: string | null; readonly fallbackModels: readonly string[] }
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
}

/** Every model that may be asked, once each, in the order in which they are: the default may stand among the fallbacks. */
export function modelsOf({ agent, defaultModel }: ModelChoice): readonly string[] {
  return [...new Set([agent.model ?? defaultModel, ...agent.fallbackModels])]
}

/** The model of the next call. A turn that has left a model does not return to it. */
export function modelFor({ switchedTo }: Turn, { agent, defaultModel }: ModelChoice): string {
  return switchedTo ?? agent.model ?? defaultModel
}

/** The model to go on with where the current one fails; `null` after the last. A deploy may have changed the list. */
export function modelAfter(turn: Turn, choice: ModelChoice): string | null {
  const models = modelsOf(choice)
  return models[models.indexOf(modelFor(turn, choice)) + 1] ?? null
}

/** Why an author cannot name these as fallbacks; `null` when they can. */
export function problemWithFallbacks(models: readonly unknown[], model: string | undefined): string | null {
  const odd = models.find((name) => typeof name !== 'string' || !MODEL.test(name))
  if (odd !== undefined) return `of its fallbackModels, ${JSON.stringify(odd)} must look like "provider/model"`
  const all = model === undefined ? models : [model, ...models]
  const twice = all.find((name, index) => all.indexOf(name) !== index)
  return twice === undefined ? null : `its fallbackModels name ${JSON.stringify(twice)} twice`
}

export const MODEL = /^[a-z0-9-]+\/.+$/
