import type { Random } from '#ports/random.ts'

/** The platform's cryptographic source, asked for a supply at a time: each question costs more than its answer. */
export class CryptoRandom implements Random {
  readonly #supply = new Uint32Array(256)
  #used = this.#supply.length

  fraction(): number {
    if (this.#used === this.#supply.length) {
      crypto.getRandomValues(this.#supply)
      this.#used = 0
    }
    return (this.#supply[this.#used++] ?? 0) / 2 ** 32
  }
}
