import { ResolveCall } from '#application/job/resolve-call.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'

/** Of a process that knows no agent. */
export const NO_AGENTS = new AgentRegistry([])

export function resolvingOn({ store, clock }: { readonly store: JobStore; readonly clock: Clock }): ResolveCall {
  return new ResolveCall({ jobs: store, agents: NO_AGENTS, clock, limits: DEFAULT_LIMITS })
}
