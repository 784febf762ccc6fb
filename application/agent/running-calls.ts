import type { Effect } from '#domain/agent/tool.ts'
import type { ToolCallCompleted } from '#domain/agent/turn-event.ts'

export type CallReturn = Pick<ToolCallCompleted, 'result' | 'stored'>

/** A tool call that was made; its tool may ignore its abort signal. */
export interface RunningCall {
  readonly callId: string
  readonly effect: Effect
  /**
   * What it returns; `null` when it threw after its signal aborted, which says nothing about its effect. Never rejects.
   */
  readonly outcome: Promise<CallReturn | null>
}

interface TrackedCall {
  readonly runId: string
  readonly call: RunningCall
  hasReturned: boolean
}

/** The tool calls that attempts under way have made, and those of ended attempts that still run in this process. */
export class RunningCalls {
  readonly #byKey = new Map<string, TrackedCall>()

  get size(): number {
    return this.#byKey.size
  }

  track(runId: string, call: RunningCall): void {
    const tracked = { runId, call, hasReturned: false }
    this.#byKey.set(keyOf(runId, call.callId), tracked)
    void call.outcome.then(() => {
      tracked.hasReturned = true
    })
  }

  /** The run's calls that have not returned, and those whose result is still to be recorded. */
  of(runId: string, isNews: (callId: string) => boolean): readonly RunningCall[] {
    return this.#callsOf(runId)
      .filter(({ call, hasReturned }) => !hasReturned || isNews(call.callId))
      .map(({ call }) => call)
  }

  has(runId: string, callId: string): boolean {
    return this.#byKey.has(keyOf(runId, callId))
  }

  /** The attempt has ended. Each call of its run stays known until it has returned. */
  release(runId: string): void {
    for (const { call } of this.#callsOf(runId)) {
      void call.outcome.then(() => {
        // The call may have been made again meanwhile.
        const key = keyOf(runId, call.callId)
        if (this.#byKey.get(key)?.call === call) this.#byKey.delete(key)
      })
    }
  }

  #callsOf(runId: string): readonly TrackedCall[] {
    return [...this.#byKey.values()].filter((tracked) => tracked.runId === runId)
  }
}

function keyOf(runId: string, callId: string): string {
  return `${runId}/${callId}`
}
