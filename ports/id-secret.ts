/** A text that only this installation knows: what ids that are made from idempotency keys are mixed with, so that no stranger can compute them. */
export interface IdSecret {
  /** Always the same. @throws what the store throws. */
  read(): Promise<string>
}
