/** So many a turn of the event loop; the others, in their order, in the turns after it. What is begun in one has sent its request before the next. */
export class Paced {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #begun = 0
  #isNextTurnSet = false

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves in a turn that has room. */
  turn(): Promise<void> {
    this.#watchForNextTurn()
    if (this.#begun < this.#most && this.#waiting.length === 0) {
      this.#begun++
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #watchForNextTurn(): void {
    if (this.#isNextTurnSet) return
    this.#isNextTurnSet = true
    setImmediate(() => {
      this.#isNextTurnSet = false
      const next = this.#waiting.splice(0, this.#most)
      this.#begun = next.length
      if (next.length > 0) this.#watchForNextTurn()
      for (const begin of next) begin()
    })
  }
}
