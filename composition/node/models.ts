import { PacedModels } from '#adapters/local/paced-models.ts'
import type { PostJson } from '#adapters/web/post-json.ts'
import { createModels } from '../models.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** @param post carries all calls to providers; unless given, `fetch` does. */
export function addModels(container: DependencyContainer, settings: NodeSettings, post?: PostJson): void {
  const clock = container.resolve(t.CLOCK)
  const models = createModels(settings, { clock, ...(post && { post }), demo: container.resolve(t.DEMO) })
  container.registerInstance(t.MODELS, new PacedModels(models, { clock, limits: settings.providerLimits }))
}
