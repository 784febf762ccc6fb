/** What several have of one read. */
export interface SharedRead<T> {
  readonly value: Promise<T>
  /** To be called once, by each who holds it, when the value is not needed any more. */
  release(): void
}

/**
 * Shares one read among concurrent readers of the same thing, so that many readers cost the memory of one. Nothing is
 * kept without a holder. A key must stand for what never changes.
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
