/** A server that wants to be called back. Another tenant's, of the same URL, is another one. */
export interface Receiver {
  readonly tenantId: string
  readonly url: string
}

/**
 * Receivers that have said that they want no more (410), for all the jobs that share them.
 * An implementation is correct when `test/contracts/gone-receivers.contract.ts` passes.
 */
export interface GoneReceivers {
  isGone(receiver: Receiver): Promise<boolean>

  /** Repeating it changes nothing. */
  add(receiver: Receiver, at: number): Promise<void>

  /** From then on it is called again. Nothing happens when it is not gone. */
  remove(receiver: Receiver): Promise<void>
}
