/** Chance that repeats: the same seed gives the same sequence (mulberry32, public domain). */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to less than 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** Whether something of this probability happens. */
  happens(probability: number): boolean {
    return this.fraction() < probability
  }

  between(least: number, most: number): number {
    return Math.floor(least + this.fraction() * (most - least))
  }

  /** @throws {RangeError} when there is nothing to pick. */
  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.fraction() * from.length)]
    if (picked === undefined) throw new RangeError('There is nothing to pick.')
    return picked
  }
}
