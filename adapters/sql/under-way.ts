/** What is under way, by what it is about: of each the last that was begun. */
export class UnderWay<T> {
  readonly #work = new Map<string, Promise<T>>()

  get size(): number {
    return this.#work.size
  }

  /** Returns what `work` returns, and throws what it throws. */
  async during(about: string, work: Promise<T>): Promise<T> {
    this.#work.set(about, work)
    try {
      return await work
    } finally {
      if (this.#work.get(about) === work) this.#work.delete(about)
    }
  }

  /** What the work in flight returns; `undefined` if there is none, or when it has failed. */
  async over(about: string): Promise<T | undefined> {
    return this.#work.get(about)?.catch(() => undefined)
  }
}
