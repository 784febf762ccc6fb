import type { CostBucket } from './cost-bucket.ts'

/** Points that are set aside for requests which must follow each other without a wait between them. */
export class HeldPoints {
  readonly #bucket: CostBucket
  #left: number
  /** Whether there were too few at first: then what was known before may be old. */
  readonly hasWaited: boolean

  /** @param points that are taken of the bucket already. */
  constructor(bucket: CostBucket, points: number, hasWaited: boolean) {
    this.#bucket = bucket
    this.#left = points
    this.hasWaited = hasWaited
  }

  /** Hands over what a request of that cost needs of them. */
  take(cost: number): void {
    const taken = Math.min(cost, this.#left)
    this.#left -= taken
    this.#bucket.cancel(taken)
  }

  /** Gives back what no request has taken. May be repeated. */
  release(): void {
    this.take(this.#left)
  }
}
