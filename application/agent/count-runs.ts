import type { Clock } from '#ports/clock.ts'
import type { InBackground } from '#ports/in-background.ts'
import type { Logger } from '#ports/logger.ts'
import type { Telemetry } from '#ports/telemetry.ts'
import { type EndedRun, type UsageLedger, usageOfRun } from '#ports/usage-ledger.ts'

export interface CountRunsDeps {
  readonly usage: Pick<UsageLedger, 'add'>
  readonly inBackground: InBackground
  readonly clock: Pick<Clock, 'after'>
  readonly logger: Logger
  readonly telemetry?: Pick<Telemetry, 'uncounted'> | undefined
}

/** How long a process that ends waits for its last runs to be counted. */
const LAST_MS = 5000

/**
 * Adds what runs have used to the ledger. A run has no commit that could do it, so this is a write of its own. No answer
 * waits for it, and a storage that is away fails no run.
 */
export class CountRuns {
  readonly #deps: CountRunsDeps
  readonly #open = new Set<Promise<void>>()

  constructor(deps: CountRunsDeps) {
    this.#deps = deps
  }

  /**
   * Of a run that begins. A caller who leaves does not end it for the platform, either. What is returned is to be called
   * when it has ended, however it did.
   */
  begin(): (run: EndedRun) => void {
    const { promise, resolve } = Promise.withResolvers<EndedRun>()
    const counted = promise.then((run) => this.#count(run))
    this.#open.add(counted)
    void counted.then(() => this.#open.delete(counted))
    void this.#deps.inBackground(() => counted)
    return resolve
  }

  /** For a process that ends: when all runs so far have been counted, or in five seconds. */
  async settled(): Promise<void> {
    if (this.#open.size === 0) return
    const isLate = Promise.withResolvers<undefined>()
    const disarm = this.#deps.clock.after(LAST_MS, () => {
      this.#deps.logger.error(LOST, null, { runs: this.#open.size })
      isLate.resolve(undefined)
    })
    await Promise.race([Promise.all(this.#open), isLate.promise])
    disarm()
  }

  async #count(run: EndedRun): Promise<void> {
    const entries = usageOfRun(run)
    if (entries.length === 0) return
    try {
      await this.#deps.usage.add(entries)
    } catch (error) {
      const { tenantId, agent, finishedAt } = run
      const spent = run.spending.map(({ model, modelCalls, inputTokens, outputTokens, nanos }) => {
        return { model, modelCalls, inputTokens, outputTokens, costNanos: nanos }
      })
      this.#deps.logger.error(LOST, error, { tenantId, agent, finishedAt, spent })
      this.#deps.telemetry?.uncounted(run)
    }
  }
}

const LOST = 'A run is answered, but may be missing in the sums of usage.'
