/** Time. An implementation is correct when `test/contracts/clock.contract.ts` passes. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number

  /** Calls `action` once, `delayMs` from now or a little later. The returned function prevents that, if it is not too late. */
  after(delayMs: number, action: () => void): () => void
}
