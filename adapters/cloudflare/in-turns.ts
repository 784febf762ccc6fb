/** Does at most so many things at a time; the others wait for their turn. */
export class InTurns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  async do<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) {
      const turn = Promise.withResolvers<undefined>()
      this.#waiting.push(() => {
        turn.resolve(undefined)
      })
      await turn.promise
    } else this.#free--
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
