import { type OwnRoutes, checkOwnRoutes } from '#adapters/http/own-routes.ts'
import type { DeclaredSchedule } from '#application/schedule/reconcile-schedules.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { TenantPolicy } from '#domain/tenant/policy.ts'
import { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Config, Made } from './config.ts'
import { checkSchedules } from './define-schedule.ts'
import { checkAgentsOf, tenantsOf } from './tenants.ts'
import type { RuntimeWorld, World } from './world.ts'

/** A config whose ports are not known here. The overloads of `serve` and `createWorker` make sure that they are given. */
export type AnyConfig = Config<readonly Agent[], never>

/** A config, and what implements its ports on this runtime. */
export interface Project {
  readonly config: AnyConfig
  readonly ports?: ((runtime: RuntimeWorld) => object) | undefined
}

/** What a config comes to on this runtime. */
export interface Parts {
  readonly agents: AgentRegistry
  readonly routes: OwnRoutes
  readonly schedules: readonly DeclaredSchedule[]
  /** The policies that the config declares. */
  readonly tenants: ReadonlyMap<string, Partial<TenantPolicy>>
  readonly webhooks: WebhookRegistry
}

/** @throws {DefinitionError} */
export function partsOf({ config, ports }: Project, runtime: RuntimeWorld): Parts {
  const world = { ...runtime, ...ports?.(runtime) } as World<never>
  const routes = config.routes === undefined ? {} : made(config.routes, world)
  checkOwnRoutes(routes)
  const agents = new AgentRegistry(made(config.agents, world))
  const schedules = config.schedules === undefined ? [] : made(config.schedules, world)
  checkSchedules(schedules, agents)
  const tenants = tenantsOf(config.tenants === undefined ? {} : made(config.tenants, world))
  checkAgentsOf(tenants, agents)
  const webhooks = new WebhookRegistry(config.webhooks === undefined ? [] : made(config.webhooks, world))
  return { agents, routes, schedules, tenants, webhooks }
}

function made<Value extends object>(value: Made<Value, never>, world: World<never>): Value {
  return typeof value === 'function' ? value(world) : value
}
