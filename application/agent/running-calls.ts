import type { ToolResult } from '#domain/agent/message.ts'
import type { Effect } from '#domain/agent/tool.ts'

/** A tool call that was made; its tool may ignore its abort signal. */
export interface RunningCall {
  readonly callId: string
  readonly effect: Effect
  /**
   * What it returns; `null` when it threw after its signal aborted, which says nothing about its effect. Never rejects.
   */
  readonly outcome: Promise<ToolResult | null>
}

/** The tool calls that run in this process, and those whose outcome an attempt has yet to look at. */
export class RunningCalls {
  readonly #byRun = new Map<string, Map<string, RunningCall>>()

  track(runId: string, call: RunningCall): void {
    const calls = this.#byRun.get(runId) ?? new Map<string, RunningCall>()
    this.#byRun.set(runId, calls.set(call.callId, call))
  }

  of(runId: string): readonly RunningCall[] {
    return [...(this.#byRun.get(runId)?.values() ?? [])]
  }

  has(runId: string, callId: string): boolean {
    return this.#byRun.get(runId)?.has(callId) ?? false
  }

  /** No attempt needs the outcome of the call, or of every call of the run. It stays here until it has returned. */
  release(runId: string, callId?: string): void {
    for (const call of this.of(runId)) {
      if (callId !== undefined && call.callId !== callId) continue
      void call.outcome.then(() => {
        this.#forget(runId, call)
      })
    }
  }

  #forget(runId: string, call: RunningCall): void {
    const calls = this.#byRun.get(runId)
    // The call may have been made again meanwhile.
    if (calls?.get(call.callId) !== call) return
    calls.delete(call.callId)
    if (calls.size === 0) this.#byRun.delete(runId)
  }
}
