/** Time. An implementation is correct when `test/contracts/clock.contract.ts` passes. */
export interface Clock {
  /** Wall time in epoch milliseconds, for what is stored or shown. NTP or an operator may step it, in both directions. */
  now(): number

  /**
   * Milliseconds since an unspecified moment, for durations within one process. It never goes back, and no step of the wall clock
   * moves it. Values of two processes cannot be compared.
   */
  monotonic(): number

  /** Calls `action` once, `delayMs` from now by `monotonic`, or a little later. The returned function prevents that, if it is not too late. */
  after(delayMs: number, action: () => void): () => void
}
