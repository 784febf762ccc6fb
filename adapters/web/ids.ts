import { ulid } from 'ulid'
import type { Clock } from '#ports/clock.ts'
import type { IdGenerator } from '#ports/id-generator.ts'

/**
 * ULIDs (https://github.com/ulid/spec): 48 bits of time, 80 of chance.
 * Never the monotonic variant, whose ids within one millisecond can be guessed from each other.
 */
export class UlidGenerator implements IdGenerator {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  newId(prefix: 'job' | 'run' | 'exec'): string {
    return `${prefix}_${ulid(this.#clock.now(), randomFraction)}`
  }
}

/** From 0 to less than 1, of the platform's cryptographic source. */
function randomFraction(): number {
  return crypto.getRandomValues(new Uint32Array(1)).reduce((_, value) => value / 2 ** 32, 0)
}
