import { createPostJson } from '#adapters/node/http/post-json.ts'
import { PacedModels } from '#adapters/local/paced-models.ts'
import { createModels } from '../models.ts'
import { nodeCallbackSender } from './callbacks.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Models and receivers of callbacks. A file of its own, because a command that calls neither starts without a third of all modules. */
export function addOutbound(container: DependencyContainer, settings: NodeSettings): void {
  const clock = container.resolve(t.CLOCK)
  container.registerInstance(t.CALLBACK_SENDER, nodeCallbackSender(settings, clock))
  const models = createModels(settings, { clock, post: createPostJson(), demo: container.resolve(t.DEMO) })
  container.registerInstance(t.MODELS, new PacedModels(models, { clock, limits: settings.providerLimits }))
}
