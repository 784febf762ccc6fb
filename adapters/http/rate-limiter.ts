import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'

export interface RateVerdict {
  readonly allowed: boolean
  /** Requests a minute. */
  readonly limit: number
  /** Requests that may follow at once. */
  readonly remaining: number
  /** Until there is one more, at least. */
  readonly resetMs: number
}

const MINUTE_MS = 60_000
/** What a sum of fractions may be off. */
const ROUNDING_MS = 1e-3

/**
 * A token bucket for each tenant, refilled continuously. It is not from a library, because libraries use their own
 * clocks and timers, which tests cannot move and Workers do not allow. It holds one number a tenant, in this process or
 * isolate only.
 */
export class RateLimiter {
  readonly #tenants: TenantPolicies
  readonly #clock: Clock
  /**
   * When the bucket will be full again, by the monotonic clock. A wall clock that is set back by an hour would empty
   * every bucket for an hour.
   */
  readonly #fullAt = new Map<string, number>()

  constructor({ tenants, clock }: { readonly tenants: TenantPolicies; readonly clock: Clock }) {
    this.#tenants = tenants
    this.#clock = clock
  }

  take(tenantId: string): RateVerdict {
    const { requestsPerMinute: limit } = this.#tenants.get(tenantId)
    const now = this.#clock.monotonic()
    const each = MINUTE_MS / limit
    const before = Math.max(this.#fullAt.get(tenantId) ?? now, now)
    const after = before + each
    const allowed = after - now <= MINUTE_MS + ROUNDING_MS
    if (allowed) this.#fullAt.set(tenantId, after)
    const owed = (allowed ? after : before) - now
    return {
      allowed,
      limit,
      remaining: Math.max(0, Math.floor((MINUTE_MS - owed) / each + ROUNDING_MS)),
      resetMs: Math.max(0, allowed ? each : after - now - MINUTE_MS),
    }
  }
}
