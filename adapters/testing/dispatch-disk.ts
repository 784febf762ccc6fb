import type { DispatchLog } from '#ports/dispatch-log.ts'

/** The dispatch logs of processes on one machine, which outlive them, as those of `FileDispatchLog` do. */
export class DispatchDisk {
  readonly #notes = new Map<string, Set<string>>()
  readonly #dead = new Set<string>()

  open(executorId: string): DispatchLog {
    const own = new Set<string>()
    this.#notes.set(executorId, own)
    return {
      ready: () => Promise.resolve(),
      record: (key) => {
        if (!this.#dead.has(executorId)) own.add(key)
      },
      forget: (key) => {
        if (!this.#dead.has(executorId)) own.delete(key)
      },
      neverMade: (other, key) => {
        const notes = other === executorId || this.#dead.has(other) ? this.#notes.get(other) : undefined
        return notes !== undefined && !notes.has(key)
      },
      isDead: (other) => other !== executorId && this.#dead.has(other),
    }
  }

  /** Nothing that the process does from now on counts. */
  die(executorId: string): void {
    this.#dead.add(executorId)
  }
}
