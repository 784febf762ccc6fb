import type { SkewGuard } from '#adapters/postgres/clock-skew.ts'
import { EarlyWakes } from '#adapters/postgres/early-wakes.ts'
import { createPostgresEngine } from '#composition/node/postgres-engine.ts'
import type { Engine, EngineOptions, Work } from '#composition/node/storage.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Logger } from '#ports/logger.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'
import type { Scene } from './scene.ts'

/** Work that is done as soon as it is begun. */
export const NOTHING: Work = {
  run: () => Promise.resolve(),
  deliver: () => Promise.resolve(null),
  write: () => Promise.resolve(),
  expire: () => Promise.resolve(),
  records: [],
  isLeftBehind: () => Promise.resolve(false),
  observeLeases: () => new Set(),
  stopIfCanceled: () => Promise.resolve(),
}

/** A clock that is right, for scenes whose clock stands still. */
export const NO_SKEW: SkewGuard = { check: () => Promise.resolve(), problem: null }

export const LEASE_MS = 15_000

interface Given {
  readonly logger?: Logger
  readonly waker?: EarlyWakes
  readonly options?: Partial<EngineOptions>
}

/** The engine of one server of the scene. */
export function engineOn(
  scene: Scene,
  work: Partial<Work>,
  { logger = silentLogger, waker = new EarlyWakes(), options }: Given = {},
): Engine {
  const { pool, clock, workers } = scene
  return createPostgresEngine(
    { pool, workers, waker, clock, logger, skew: NO_SKEW, leaseMs: LEASE_MS },
    {
      work: { ...NOTHING, ...work },
      options: {
        concurrency: 4,
        tenants: new TenantPolicies(ROOMY),
        agents: [],
        knownTenants: () => Promise.resolve([]),
        ...options,
      },
    },
  )
}
