import type { Effect, Tool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'

export interface DoneCall {
  readonly tool: string
  readonly effect: Effect
  readonly times: number
  /** `null` where the tool threw. */
  readonly output: JsonValue
}

/** The calls of tools that were really made, in all processes of a run, by their idempotency key. */
export class DoneCalls {
  readonly #calls = new Map<string, DoneCall>()

  async note({ name, effect }: Tool, key: string, make: () => Promise<JsonValue>): Promise<JsonValue> {
    const call = { tool: name, effect, times: (this.#calls.get(key)?.times ?? 0) + 1, output: null }
    this.#calls.set(key, call)
    const output = await make()
    this.#calls.set(key, { ...call, output })
    return output
  }

  find(key: string): DoneCall | null {
    return this.#calls.get(key) ?? null
  }

  /** Calls that must not be made twice, and were. */
  repeated(): readonly DoneCall[] {
    return [...this.#calls.values()].filter(({ effect, times }) => effect === 'once' && times > 1)
  }
}
