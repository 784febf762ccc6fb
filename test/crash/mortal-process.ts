/** Thrown where the process has died. */
export class Death extends Error {}

/** A process that dies at one of its calls of the world: before it, or after it. */
export class MortalProcess {
  points = 0
  readonly #deaths: ReadonlySet<number>

  constructor(deaths: readonly number[]) {
    this.#deaths = new Set(deaths)
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    this.#live()
    const result = await work()
    this.#live()
    return result
  }

  #live(): void {
    this.points++
    if (this.#deaths.has(this.points)) throw new Death()
  }
}
