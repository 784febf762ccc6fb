import type { ToolResult } from '#domain/agent/message.ts'

/**
 * What a process notes of its `once` calls just before it makes them, where the note outlives the process. A process
 * may die between the durable intent of a call and the call itself. A missing note then proves that the call was never
 * made. The note of a result keeps it until the journal has it.
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

  /**
   * Notes what a call that was recorded has returned, where there is room for it. The note outlives the process. It never
   * throws: without it, the call's outcome is unknown after a crash.
   */
  returned(key: string, result: ToolResult): void

  /** The call's result is durable, so its note will not be asked for again. */
  forget(key: string): void

  /**
   * True only where it is certain that `executorId` did not make the call with this key, and will not.
   * @param executorId is the executor that the intent names; it may be this one.
   */
  neverMade(executorId: string, key: string): boolean

  /** What the call had returned, as the dead process of `executorId` has noted; `null` where that is not certain. */
  resultOf(executorId: string, key: string): ToolResult | null

  /** True only where it is certain that the process of `executorId`, which is not this one, is dead. */
  isDead(executorId: string): boolean
}
