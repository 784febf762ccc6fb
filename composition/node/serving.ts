import type { OpenMode, PeerAddress } from '#adapters/http/open-mode.ts'
import { checkAgents } from '#application/agent/check-agents.ts'
import { AgentVersions } from '#application/agent/agent-versions.ts'
import { WakeWebhookLog } from '#application/webhook/wake-webhook-log.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { knownTenants } from '../known-tenants.ts'
import { checkTenants } from '../settings/check-tenants.ts'
import type { NodeSettings } from '../settings/settings.ts'
import { SettingsError } from '../settings/settings-error.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'
import { addOutbound } from './outbound.ts'
import type { Engine, NodeStorage } from './storage.ts'
import { workOf } from './work.ts'

/** How requests come in. */
export interface Incoming {
  readonly runtime: string
  readonly openMode: OpenMode
  readonly peerAddress: PeerAddress
}

/** Adds what only a process that serves needs. @throws {SettingsError} {DefinitionError} */
export async function addServing(
  container: DependencyContainer,
  settings: NodeSettings,
  incoming: Incoming,
): Promise<void> {
  addOutbound(container, settings)
  container.registerInstance(t.OPEN_MODE, incoming.openMode)
  container.registerInstance(t.PEER_ADDRESS, incoming.peerAddress)
  container.registerInstance(t.RUNTIME, incoming.runtime)
  checkDefaultModel(container, settings)
  checkTenants(container.resolve(t.TENANTS), container.resolve(t.AGENTS))
  const { defaultModel } = settings
  await checkAgents(container.resolve(t.AGENTS).list(), { models: container.resolve(t.MODELS), defaultModel })
}

/** What executes jobs, not yet started. */
export function engineOf(container: DependencyContainer, storage: NodeStorage, settings: NodeSettings): Engine {
  const { concurrency, apiKeys: listed } = settings
  const tenants = container.resolve(t.TENANTS)
  const stored = container.resolve(t.API_KEY_STORE)
  const clock = container.resolve(t.CLOCK)
  const agents = container.resolve(t.AGENTS).list()
  const options = { concurrency, tenants, agents, knownTenants: knownTenants({ listed, stored, clock }) }
  return storage.createEngine(workOf(container), options)
}

/**
 * Gives the log of a webhook that is new what wakes it, and notes the definitions of the agents. On a full disk that
 * comes with a later start.
 */
export async function settleDeclared(container: DependencyContainer): Promise<void> {
  try {
    await container.resolve(WakeWebhookLog).begin()
    await container.resolve(AgentVersions).note()
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error
    const message = 'Until the next start, logs of new webhooks are not looked after, and new definitions not noted.'
    container.resolve(t.LOGGER).error(message, error)
  }
}

function checkDefaultModel(container: DependencyContainer, { defaultModel }: NodeSettings): void {
  try {
    container.resolve(t.MODELS).check(defaultModel)
  } catch (error) {
    throw new SettingsError(`ERRAND_MODEL is ${defaultModel}. ${(error as Error).message}`)
  }
}
