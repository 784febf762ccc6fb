import type { Random } from '#ports/random.ts'

/** The platform's cryptographic source. */
export class CryptoRandom implements Random {
  fraction(): number {
    return crypto.getRandomValues(new Uint32Array(1)).reduce((_, value) => value / 2 ** 32, 0)
  }
}
