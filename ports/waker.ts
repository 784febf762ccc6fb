import type { Wake } from '#domain/wake.ts'

/** What is woken: a job or a record. */
export interface Woken {
  readonly id: string
  readonly tenantId: string
  /** Of a job. */
  readonly agent?: string
}

/**
 * Delivers wakes. A wake may come early, late or twice, and what is woken says for itself what is due.
 * Stores call this in the commit that makes a wake necessary, so no use-case can forget it.
 * An implementation is correct when `test/contracts/waker.contract.ts` passes.
 */
export interface Waker {
  /** Wake `woken` as `wake` says, in place of any earlier request for it; `null` means not at all. */
  wakeAt(woken: Woken, wake: Wake | null): Promise<void>
}
