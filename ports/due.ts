import type { Woken } from './waker.ts'

/** What waits for one kind of work, of one tenant. */
export interface TenantWakes {
  readonly tenantId: string
  /** Whether the time of any has come. */
  readonly isDue: boolean
  /** The next time after now (epoch ms); `null` when none is set. */
  readonly nextAt: number | null
}

/** Whose jobs: those of one agent, or those of all agents but these. */
export type AgentSelection = { readonly only: string } | { readonly except: readonly string[] }

/** The same, with the most jobs that the one agent may have in execution at once, on all servers together. */
export type ExecutedAgents = { readonly only: string; readonly most: number } | { readonly except: readonly string[] }

export const ALL_AGENTS = { except: [] } as const satisfies AgentSelection

export interface DueQuery {
  readonly kind: string
  readonly tenantId: string
  /** Epoch ms. */
  readonly now: number
  readonly limit: number
}

/**
 * What is due, of one kind of work: for a runtime that keeps many jobs and records in one store. What a question costs
 * does not depend on how much of other tenants is due.
 * An implementation is correct when `test/contracts/due.contract.ts` passes.
 */
export interface Due {
  /** Every tenant that has something to be woken for this kind of work, now or later. */
  tenants(kind: string, now: number): Promise<readonly TenantWakes[]>

  /** Ids of the tenant's jobs or records to wake at `now` for this kind of work, longest due first, at most `limit`. */
  due(query: DueQuery): Promise<readonly string[]>

  /**
   * What was last changed ahead of `now` (`isAhead`), because the clock was set back since. Its wake may come as much
   * too late. For an executor that knows that its clock was set back; which of them are due they say themselves.
   */
  ahead(kind: string, now: number): Promise<readonly Woken[]>
}

export interface DueJobs extends Due {
  /**
   * Makes every running job due at once, and says how many. For an executor that knows it is alone: the executors that
   * ran them are dead.
   */
  expediteRunning(): Promise<number>
}
