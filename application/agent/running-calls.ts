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

/** The tool calls that attempts under way have made, and those of ended attempts that still run in this process. */
export class RunningCalls {
  readonly #byKey = new Map<string, { readonly runId: string; readonly call: RunningCall }>()

  get size(): number {
    return this.#byKey.size
  }

  track(runId: string, call: RunningCall): void {
    this.#byKey.set(keyOf(runId, call.callId), { runId, call })
  }

  of(runId: string): readonly RunningCall[] {
    return [...this.#byKey.values()].filter((known) => known.runId === runId).map(({ call }) => call)
  }

  has(runId: string, callId: string): boolean {
    return this.#byKey.has(keyOf(runId, callId))
  }

  /** The attempt has ended. Each call of its run stays known until it has returned. */
  release(runId: string): void {
    for (const call of this.of(runId)) {
      void call.outcome.then(() => {
        // The call may have been made again meanwhile.
        const key = keyOf(runId, call.callId)
        if (this.#byKey.get(key)?.call === call) this.#byKey.delete(key)
      })
    }
  }
}

function keyOf(runId: string, callId: string): string {
  return `${runId}/${callId}`
}
