/** What several have of one read. */
export interface SharedRead<T> {
  readonly value: Promise<T>
  /** To be called once, by each who holds it, when the value is not needed any more. */
  release(): void
}

/**
 * Lets those who want the same at the same time have it of one read, so that a crowd costs no more memory than one of them. Nothing is kept that
 * nobody holds. A key must stand for what never changes.
 */
export class SharedReads<T> {
  readonly #reads = new Map<string, { readonly value: Promise<T>; holders: number }>()

  hold(key: string, read: () => Promise<T>): SharedRead<T> {
    const held = this.#reads.get(key) ?? { value: read(), holders: 0 }
    this.#reads.set(key, held)
    held.holders++
    return {
      value: held.value,
      release: () => {
        if (--held.holders === 0) this.#reads.delete(key)
      },
    }
  }
}
