import type { Turn } from '#domain/agent/turn.ts'
import type { UnknownCall } from '#domain/agent/open-calls.ts'
import type { ToolResult } from '#domain/agent/message.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'

/** The `once` calls that one attempt at a job makes, each noted in the dispatch log just before it is made. */
export class AttemptDispatches {
  readonly #log: DispatchLog
  readonly #runId: string
  readonly #made = new Set<string>()

  constructor(log: DispatchLog, runId: string) {
    this.#log = log
    this.#runId = runId
  }

  /** Resolves when a call may be made. */
  ready(): Promise<void> {
    return this.#log.ready()
  }

  /** Right before the call, with nothing awaited in between. @throws when the call must not be made. */
  record(callId: string): void {
    this.#log.record(this.#keyOf(callId))
    this.#made.add(callId)
  }

  /** Whether it is certain that an interrupted call was never made. */
  neverMade({ call, executorId }: UnknownCall): boolean {
    return executorId !== null && this.#log.neverMade(executorId, this.#keyOf(call.id))
  }

  /** Right after the call, before its result is in the journal. */
  returned(result: ToolResult): void {
    if (this.#made.has(result.callId)) this.#log.returned(this.#keyOf(result.callId), result)
  }

  /** What an interrupted call had returned; `null` where that is not known. */
  resultOf({ call, executorId }: UnknownCall): ToolResult | null {
    return executorId === null ? null : this.#log.resultOf(executorId, this.#keyOf(call.id))
  }

  /** @param turn is durable: calls of this attempt that are not open in it have their result. */
  settle({ openCalls }: Turn): void {
    const open = new Set(openCalls.map(({ callId }) => callId))
    for (const callId of this.#made) if (!open.has(callId)) this.#log.forget(this.#keyOf(callId))
  }

  #keyOf(callId: string): string {
    return `${this.#runId}/${callId}`
  }
}
