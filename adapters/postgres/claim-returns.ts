import { Grouped } from '#adapters/sql/grouped.ts'
import type { Logger } from '#ports/logger.ts'
import type { Claim, Claims, Return } from './claims.ts'
import { isOutage } from './outage-retry.ts'

export interface ClaimReturnsDeps {
  readonly claims: Pick<Claims, 'giveBack'>
  readonly logger: Logger
  /** For logs. */
  readonly kind: string
}

/** Gives claims back: one round trip for all that are given back at about the same time. */
export class ClaimReturns {
  readonly #deps: ClaimReturnsDeps
  readonly #returns: Grouped<Return, undefined>

  constructor(deps: ClaimReturnsDeps) {
    this.#deps = deps
    this.#returns = new Grouped(async (group) => {
      await deps.claims.giveBack(group)
      return group.map(() => ({ value: undefined }))
    })
  }

  /**
   * Never fails: a claim that cannot be given back ends by itself.
   * @param at when it is due (epoch ms).
   */
  async add(claim: Claim, at: number): Promise<void> {
    const { logger, kind } = this.#deps
    await this.#returns.add({ claim, at }).catch((error: unknown) => {
      // The worker that looks reports an outage.
      if (isOutage(error)) return
      logger.warn('A claim could not be given back; it ends by itself.', { kind, id: claim.id, reason: String(error) })
    })
  }
}
