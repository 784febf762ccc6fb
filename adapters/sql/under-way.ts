/** What is under way, by what it is about: of each the last that was begun. */
export class UnderWay {
  readonly #work = new Map<string, Promise<unknown>>()

  get size(): number {
    return this.#work.size
  }

  /** Returns what `work` returns, and throws what it throws. */
  async during<T>(about: string, work: Promise<T>): Promise<T> {
    this.#work.set(about, work)
    try {
      return await work
    } finally {
      if (this.#work.get(about) === work) this.#work.delete(about)
    }
  }

  /** Returns when the writes in flight are over, with success or without. */
  async over(about: string): Promise<void> {
    await this.#work.get(about)?.catch(() => undefined)
  }
}
