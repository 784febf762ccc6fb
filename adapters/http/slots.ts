import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Clock } from '#ports/clock.ts'
import { ServerBusyError, TooManyAtOnceError } from './errors.ts'

/** What a request holds while it is carried out. */
export interface Slot {
  /** It shows a sign of life: the time it may be held begins anew. */
  renew(): void
  /** Harmless to repeat. */
  release(): void
}

export interface SlotsOptions {
  /** What is counted, for the caller to read: "runs". */
  readonly what: string
  readonly perTenant: (tenantId: string) => number
  /** In this process or isolate; `null` for no limit but that of the tenants. */
  readonly perServer: number | null
  readonly clock: Clock
}

interface Held {
  readonly tenantId: string
  expiresAt: number
}

/**
 * Requests in flight, limited for each tenant and for the server. A slot ends with its request, and expires besides: an isolate of a Worker may
 * never hear that the caller left. Times are of the monotonic clock, which no step moves.
 */
export class Slots {
  readonly #options: SlotsOptions
  readonly #tenants = new Map<string, Set<Held>>()
  #total = 0

  constructor(options: SlotsOptions) {
    this.#options = options
  }

  /** @param heldMs after which it expires, unless it is renewed. @throws {TooManyAtOnceError} {ServerBusyError} */
  take(tenantId: string, heldMs: number): Slot {
    const refusal = this.#refusal(tenantId)
    if (refusal) throw refusal
    return this.#hold(tenantId, heldMs)
  }

  /** The same, and `null` where there is none. */
  takeIfFree(tenantId: string, heldMs: number): Slot | null {
    return this.#refusal(tenantId) ? null : this.#hold(tenantId, heldMs)
  }

  #refusal(tenantId: string): TooManyAtOnceError | ServerBusyError | null {
    const { what, perTenant, perServer } = this.#options
    const most = perTenant(tenantId)
    if (this.#heldBy(tenantId) >= most) this.#expire(tenantId)
    if (this.#heldBy(tenantId) >= most) return new TooManyAtOnceError(most, what)
    if (perServer === null || this.#total < perServer) return null
    for (const other of this.#tenants.keys()) this.#expire(other)
    return this.#total < perServer ? null : new ServerBusyError(what)
  }

  #hold(tenantId: string, heldMs: number): Slot {
    const { clock } = this.#options
    const held = { tenantId, expiresAt: clock.monotonic() + heldMs }
    this.#add(held)
    return {
      renew: () => {
        held.expiresAt = clock.monotonic() + heldMs
      },
      release: () => {
        this.#remove(held)
      },
    }
  }

  #heldBy(tenantId: string): number {
    return this.#tenants.get(tenantId)?.size ?? 0
  }

  /** Looked for only at a limit, so a request costs no walk over the others. */
  #expire(tenantId: string): void {
    const now = this.#options.clock.monotonic()
    for (const held of this.#tenants.get(tenantId) ?? []) if (held.expiresAt <= now) this.#remove(held)
  }

  #add(held: Held): void {
    const all = this.#tenants.get(held.tenantId) ?? new Set()
    this.#tenants.set(held.tenantId, all.add(held))
    this.#total++
  }

  #remove(held: Held): void {
    const all = this.#tenants.get(held.tenantId)
    if (!all?.delete(held)) return
    this.#total--
    if (all.size === 0) this.#tenants.delete(held.tenantId)
  }
}

export interface RequestSlots {
  /** `POST /run`, streamed or not. */
  readonly runs: Slots
  /** Streams, uploads of items, and requests that wait for a job. */
  readonly readers: Slots
}

export interface RequestSlotsOptions {
  readonly tenants: TenantPolicies
  readonly clock: Clock
  /** Of all tenants together. */
  readonly maxRuns: number
}

export function requestSlots({ tenants, clock, maxRuns }: RequestSlotsOptions): RequestSlots {
  return {
    runs: new Slots({
      what: 'runs',
      perTenant: (tenantId) => tenants.get(tenantId).maxConcurrentRuns,
      perServer: maxRuns,
      clock,
    }),
    readers: new Slots({
      what: 'streams, uploads and waiting requests',
      perTenant: (tenantId) => tenants.get(tenantId).maxEventReaders,
      perServer: null,
      clock,
    }),
  }
}

/** What a request may take beyond its own time limit, before its slot is taken for lost. */
export const GRACE_MS = 10_000

export async function whileHeld<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    slot.release()
  }
}
