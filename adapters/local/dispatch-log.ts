import type { DispatchLog } from '#ports/dispatch-log.ts'

/** For a process whose notes end with it: it knows its own calls, and proves nothing about those of any other. */
export class LocalDispatchLog implements DispatchLog {
  readonly #executorId: string
  readonly #made = new Set<string>()

  constructor(executorId: string) {
    this.#executorId = executorId
  }

  ready(): Promise<void> {
    return Promise.resolve()
  }

  record(key: string): void {
    this.#made.add(key)
  }

  returned(): void {
    // Read by no later process.
  }

  forget(key: string): void {
    this.#made.delete(key)
  }

  neverMade(executorId: string, key: string): boolean {
    return executorId === this.#executorId && !this.#made.has(key)
  }

  resultOf(): null {
    return null
  }

  isDead(): boolean {
    return false
  }
}
