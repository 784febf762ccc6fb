import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ctrl-C and systemd signal every process of a group, and npm forwards its signal once more: one request to stop arrives
 * several times. Within milliseconds, but later on a busy machine.
 */
const DUPLICATE_MS = 3000

export interface StopSignalsOptions {
  /** Of a process: what emits the signals. */
  readonly source: { on(signal: string, listener: (signal: string) => void): unknown }
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Requests to stop this process, as SIGINT, SIGTERM or SIGHUP. From its construction on, no such signal ends the process
 * by itself. Signals within three seconds after a request belong to it.
 */
export class StopSignals {
  readonly #options: StopSignalsOptions
  readonly #first = Promise.withResolvers<string>()
  readonly #second = Promise.withResolvers<string>()
  #requests = 0
  #isDuplicate = false

  constructor(options: StopSignalsOptions) {
    this.#options = options
    for (const name of SIGNALS) {
      options.source.on(name, (signal) => {
        this.#receive(signal)
      })
    }
  }

  /** Resolves at the first request, with its signal. */
  get requested(): Promise<string> {
    return this.#first.promise
  }

  /** Resolves at the second request: the sender does not want to wait. */
  get repeated(): Promise<string> {
    return this.#second.promise
  }

  #receive(signal: string): void {
    const { clock, logger } = this.#options
    if (this.#isDuplicate) {
      logger.info('Ignored a signal: within three seconds it belongs to the same request to stop.', { signal })
      return
    }
    this.#isDuplicate = true
    // A timer, because the clock may be stepped between two signals.
    clock.after(DUPLICATE_MS, () => {
      this.#isDuplicate = false
    })
    if (++this.#requests === 1) this.#first.resolve(signal)
    else this.#second.resolve(signal)
  }
}
