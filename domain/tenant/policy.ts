import type { Callback } from '../callback/delivery.ts'

/** What a tenant may do, and what holds where a request says nothing. */
export interface TenantPolicy {
  /** Requests within any minute, spread evenly or in one burst. */
  readonly requestsPerMinute: number
  /** Jobs that are not finished, at any time. */
  readonly maxUnfinishedJobs: number
  /** Lines of batches that are not finished, together. */
  readonly maxBatchItems: number
  /** Jobs in execution at once, on all servers together; `null` for as many as are free. A runtime without places has no such limit. */
  readonly maxConcurrentJobs: number | null
  /** `POST /run` under way at once, in one server or isolate. */
  readonly maxConcurrentRuns: number
  /** Event streams and long polls open at once, in one server or isolate. */
  readonly maxEventReaders: number
  /** The agents it may use, by name; `null` for all. */
  readonly agents: readonly string[] | null
  /** How long a finished job is kept. */
  readonly retainMs: number
  /** Whether jobs are found by words of their input and answer, which lists then keep the beginning of. */
  readonly searchable: boolean
  /** For jobs that name no callback of their own. */
  readonly callback: Callback | null
  /** What callbacks are signed with, `whsec_…`; several while one takes another's place. Without any there are no callbacks. */
  readonly callbackSecrets: readonly string[]
}

/** Whose the work is where callers have no keys. */
export const DEFAULT_TENANT = 'default'

export class TenantPolicies {
  readonly #common: TenantPolicy
  readonly #own: ReadonlyMap<string, Partial<TenantPolicy>>

  /** @param common holds for every tenant, as far as `own` says nothing else of it. */
  constructor(common: TenantPolicy, own: ReadonlyMap<string, Partial<TenantPolicy>> = new Map()) {
    this.#common = common
    this.#own = own
  }

  /** Every agent that some policy names. */
  agentNames(): readonly string[] {
    return [...new Set([this.#common, ...this.#own.values()].flatMap(({ agents }) => agents ?? []))]
  }

  /** The same, over `declared`: of a field that both have, this one holds. */
  over(declared: ReadonlyMap<string, Partial<TenantPolicy>>): TenantPolicies {
    const names = new Set([...declared.keys(), ...this.#own.keys()])
    const both = [...names].map((name) => [name, { ...declared.get(name), ...this.#own.get(name) }] as const)
    return new TenantPolicies(this.#common, new Map(both))
  }

  get(tenantId: string): TenantPolicy {
    return { ...this.#common, ...this.#own.get(tenantId) }
  }
}
