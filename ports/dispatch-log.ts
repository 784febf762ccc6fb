/**
 * What a process notes of its `once` calls just before it makes them, where the note outlives the process. A process
 * may die between the durable intent of a call and the call itself. A missing note then proves that the call was never
 * made.
 *
 * Only certainty counts: a log that is lost, damaged, of another boot or of a living process proves nothing. An
 * implementation is correct when `test/contracts/dispatch-log.contract.ts` passes.
 */
export interface DispatchLog {
  /**
   * Resolves when the calls noted before have had a moment to leave. So in a burst no call is noted long before it is
   * made, and a process that dies leaves few calls noted and not made.
   */
  ready(): Promise<void>

  /**
   * Notes that the call with this key is about to be made by this process. When it returns, the note outlives the process.
   * @throws when nothing can be noted, and no earlier note withdrawn either: then the call must not be made.
   */
  record(key: string): void

  /** The call's result is durable, so its note will not be asked for again. */
  forget(key: string): void

  /**
   * True only where it is certain that `executorId` did not make the call with this key, and will not.
   * @param executorId is the executor that the intent names; it may be this one.
   */
  neverMade(executorId: string, key: string): boolean

  /** True only where it is certain that the process of `executorId`, which is not this one, is dead. */
  isDead(executorId: string): boolean
}
