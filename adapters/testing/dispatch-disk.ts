import type { ToolResult } from '#domain/agent/message.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'

/** The dispatch logs of processes on one machine, which outlive them, as those of `FileDispatchLog` do. */
export class DispatchDisk {
  readonly #notes = new Map<string, Map<string, ToolResult | null>>()
  readonly #dead = new Set<string>()

  open(executorId: string): DispatchLog {
    const own = new Map<string, ToolResult | null>()
    this.#notes.set(executorId, own)
    return {
      ready: () => Promise.resolve(),
      record: (key) => {
        if (!this.#dead.has(executorId)) own.set(key, null)
      },
      returned: (key, result) => {
        if (!this.#dead.has(executorId) && own.has(key)) own.set(key, result)
      },
      forget: (key) => {
        if (!this.#dead.has(executorId)) own.delete(key)
      },
      neverMade: (other, key) => {
        const notes = other === executorId || this.#dead.has(other) ? this.#notes.get(other) : undefined
        return notes !== undefined && !notes.has(key)
      },
      resultOf: (other, key) => (this.#dead.has(other) ? (this.#notes.get(other)?.get(key) ?? null) : null),
      isDead: (other) => other !== executorId && this.#dead.has(other),
    }
  }

  /** Nothing that the process does from now on counts. */
  die(executorId: string): void {
    this.#dead.add(executorId)
  }
}
