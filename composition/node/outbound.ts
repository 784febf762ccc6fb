import { createPostJson } from '#adapters/node/http/post-json.ts'
import { nodeCallbackSender } from './callbacks.ts'
import { addModels } from './models.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Models and receivers of callbacks. A file of its own, because a command that calls neither starts without a third of all modules. */
export function addOutbound(container: DependencyContainer, settings: NodeSettings): void {
  container.registerInstance(t.CALLBACK_SENDER, nodeCallbackSender(settings, container.resolve(t.CLOCK)))
  addModels(container, settings, createPostJson())
}
