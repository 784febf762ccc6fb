import { Backoff } from '#application/time/backoff.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { ClaimReturns } from './claim-returns.ts'
import type { Claim, Claims } from './claims.ts'
import type { Offer } from './offers.ts'

export interface ClaimedWorkDeps {
  /** For logs. */
  readonly kind: string
  readonly claims: Pick<Claims, 'giveBack'>
  readonly clock: Clock
  readonly logger: Logger
  /** Harmless to repeat. How long it is to rest (ms) where it could not be done yet. */
  readonly execute: (id: string, signal: AbortSignal) => Promise<number | null>
}

/** `claim` is `null` for what was offered. */
export interface Begun extends Offer {
  readonly claim: Claim | null
}

/**
 * What is in hand. Work on one row is done one after the other. What fails rests, each time for
 * longer.
 */
export class ClaimedWork {
  readonly #deps: ClaimedWorkDeps
  readonly #inHand = new Map<string, Promise<void>>()
  readonly #failing: Backoff
  readonly #returns: ClaimReturns
  readonly #stop = new AbortController()
  #isDraining = false

  constructor(deps: ClaimedWorkDeps) {
    this.#deps = deps
    this.#failing = new Backoff(deps.clock)
    this.#returns = new ClaimReturns(deps)
  }

  /** Whether it is in hand, or rests because it has failed here. */
  isBusyWith(id: string): boolean {
    return this.#inHand.has(id) || this.#failing.has(id)
  }

  /**
   * Never fails. Resolves when it is done, with the time at which it is due again (epoch ms) where
   * it was given back.
   */
  async begin(work: Begun): Promise<number | null> {
    const before = this.#inHand.get(work.id)
    const doing = before ? before.then(() => this.#do(work)) : this.#do(work)
    const done = doing.then(() => undefined)
    this.#inHand.set(work.id, done)
    const dueAt = await doing
    if (this.#inHand.get(work.id) === done) this.#inHand.delete(work.id)
    return dueAt
  }

  /**
   * Begins nothing more; lets what is in hand finish for `graceMs`, then stops it where it is. What
   * was claimed and not begun is given back.
   */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true
    const cancel = this.#deps.clock.after(graceMs, () => {
      this.#stop.abort()
    })
    while (this.#inHand.size > 0) await Promise.all(this.#inHand.values())
    cancel()
  }

  async #do({ id, claim }: Begun): Promise<number | null> {
    const { execute, logger, kind, clock } = this.#deps
    const { signal } = this.#stop
    if (this.#isDraining) return this.#giveBack(claim, claim?.at)
    try {
      const restMs = await execute(id, signal)
      this.#failing.forget(id)
      // What was done has been written with its next time. What was stopped before it had begun is
      // for others.
      if (restMs !== null) return await this.#giveBack(claim, clock.now() + restMs)
      return signal.aborted ? await this.#giveBack(claim, claim?.at) : null
    } catch (error) {
      const restMs = this.#failing.rest(id)
      logger.error('Could not do what was due; it will be tried again.', error, { kind, id, restMs })
      return this.#giveBack(claim, clock.now() + restMs)
    }
  }

  async #giveBack(claim: Claim | null, at = this.#deps.clock.now()): Promise<number | null> {
    if (!claim) return null
    await this.#returns.add(claim, at)
    return at
  }
}
