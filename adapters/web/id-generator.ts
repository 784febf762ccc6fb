import { ulid } from 'ulid'
import type { Clock } from '#ports/clock.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { Random } from '#ports/random.ts'

/**
 * ULIDs (https://github.com/ulid/spec): 48 bits of time, 80 of chance.
 * Never the monotonic variant, whose ids within one millisecond can be guessed from each other.
 */
export class UlidGenerator implements IdGenerator {
  readonly #clock: Clock
  readonly #random: Random

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  newId(prefix: 'job' | 'run' | 'exec' | 'op' | 'bat'): string {
    return `${prefix}_${ulid(this.#clock.now(), () => this.#random.fraction())}`
  }
}
