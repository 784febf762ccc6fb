import { type OwnRoutes, checkOwnRoutes } from '#adapters/http/own-routes.ts'
import { checkOwnTables } from '#adapters/sql/own-tables.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import type { DeclaredSchedule } from '#application/schedule/reconcile-schedules.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { type Fields, checkFields } from '#domain/agent/definition.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { DemoScript } from '../demo/model.ts'
import { type PriceOverrides, problemWithPrices } from '#domain/money/price.ts'
import { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import { type TenantDefinitions, tenantsOf } from './tenants.ts'
import type { World } from './world.ts'

/** A value, or a function that makes it of what the runtime offers and of the author's own ports. */
export type Made<Value, Ports extends object> = Value | ((world: World<Ports>) => Value)

/** What an author writes in `errand.config.ts`: one value for every runtime. */
export interface Config<Agents extends readonly Agent[] = readonly Agent[], Ports extends object = object> {
  readonly agents: Made<Agents, Ports>
  /** Served beside Errand's own routes. */
  readonly routes?: Made<OwnRoutes, Ports>
  /** Work that starts itself. Each start sets up what stands here, and ends what no longer does. */
  readonly schedules?: Made<readonly DeclaredSchedule[], Ports>
  /** Made and brought up to date in Errand's own database, which a factory gets as `database`. */
  readonly tables?: readonly SqlSchema[]
  /** Plays the agents where no API key is set. It returns `null` to leave an agent to the offline demo model. */
  readonly demo?: DemoScript
  /** Of your own models, or in the place of list prices. `ERRAND_PRICES` wins, model by model. */
  readonly prices?: PriceOverrides
  /** Limits and agents of single tenants, by name. `ERRAND_TENANTS` wins, field by field. */
  readonly tenants?: Made<TenantDefinitions, Ports>
  /** Who sends events here, and what they lead to. */
  readonly webhooks?: Made<readonly Webhook[], Ports>
}

// A new field has a line in `Config` and here. What it comes to on a runtime is in `Parts` (parts.ts).
const FIELDS: Fields<keyof Config> = {
  agents: { type: 'list or factory' },
  routes: { type: 'object or factory', optional: true },
  schedules: { type: 'list or factory', optional: true },
  tables: { type: 'list', optional: true },
  demo: { type: 'function', optional: true },
  prices: { type: 'object', optional: true },
  tenants: { type: 'object or factory', optional: true },
  webhooks: { type: 'list or factory', optional: true },
}

/** @throws {DefinitionError} naming what is wrong: a misspelt field, an entry that is no agent, two agents of one name. */
export function defineConfig<const Agents extends readonly Agent[], Ports extends object = object>(
  config: Config<Agents, Ports>,
): Config<Agents, Ports> {
  checkFields('config', config, FIELDS)
  const { agents, webhooks = [], routes = {}, tables = [], tenants = {}, prices = {} } = config
  // What a factory returns is checked when the server starts.
  if (typeof agents !== 'function') new AgentRegistry(agents)
  if (typeof routes !== 'function') checkOwnRoutes(routes)
  checkOwnTables(tables)
  checkPrices(prices)
  if (typeof tenants !== 'function') tenantsOf(tenants)
  if (typeof webhooks !== 'function') new WebhookRegistry(webhooks)
  return config
}

/** @throws {DefinitionError} naming the model. */
function checkPrices(prices: PriceOverrides): void {
  const problem = problemWithPrices(prices)
  if (problem !== null) throw new DefinitionError(`The config: prices are not valid: ${problem}.`)
}
