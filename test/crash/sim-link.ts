import type { SeededRandom } from '#test/support/random.ts'

export class LostConnection extends Error {}

export interface SimLinkDeps {
  readonly random: SeededRandom
  sleep(ms: number): Promise<void>
  /** Never resolves once the process at this end is dead. */
  unlessDead(): Promise<void>
}

/** The network between a process and its store: it delays, loses requests and replies, and now and then stands still. */
export class SimLink {
  readonly #deps: SimLinkDeps

  constructor(deps: SimLinkDeps) {
    this.#deps = deps
  }

  async over<T>(work: () => Promise<T>): Promise<T> {
    const { random } = this.#deps
    await this.#delay()
    if (random.happens(0.01)) throw new LostConnection('The connection was lost before the request arrived.')
    const result = await work()
    await this.#delay()
    if (random.happens(0.01)) throw new LostConnection('The connection was lost before the reply arrived.')
    return result
  }

  async #delay(): Promise<void> {
    const { random, sleep, unlessDead } = this.#deps
    await sleep(random.happens(0.02) ? random.between(1000, 60_000) : random.between(0, 20))
    await unlessDead()
  }
}
