import { AppError } from '#domain/app-error.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { StoppingError } from '#domain/health/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'

export interface CheckReadinessDeps {
  readonly storage: StorageProbe
  readonly clock: Clock
  readonly logger: Logger
}

/** How long a request waits for a read. */
const PATIENCE_MS = 2000
/** How long an answer is cached, because any client may ask at any rate. */
const FRESH_MS = 1000
/** When an unfinished read counts as lost: on some runtimes it belongs to the request that began it, and may end with it. */
const LOST_MS = 15_000

interface Reading {
  readonly begunAt: number
  readonly outcome: Promise<AppError | null>
  isOver: boolean
  /** Whether it was logged: several requests may share it, and each may have waited for another time. */
  isLogged: boolean
}

/** Whether requests can be served: storage can be reached, and the process is not stopping. */
export class CheckReadiness {
  readonly #deps: CheckReadinessDeps
  #reading: Reading | null = null
  #isStopping = false
  #wasReady = true

  constructor(deps: CheckReadinessDeps) {
    this.#deps = deps
  }

  /** The problem, or `null`. Requests at about the same time share one read. */
  async execute(): Promise<AppError | null> {
    if (this.#isStopping) return new StoppingError()
    const reading = this.#read()
    const problem = await this.#inTime(reading.outcome)
    if (!reading.isLogged) this.#log(problem)
    reading.isLogged = true
    return problem
  }

  /** From now on the answer is no, because the process is stopping. */
  stop(): void {
    this.#isStopping = true
  }

  #read(): Reading {
    const now = this.#deps.clock.monotonic()
    const last = this.#reading
    if (last && now - last.begunAt < (last.isOver ? FRESH_MS : LOST_MS)) return last
    const outcome = this.#deps.storage.read().then(
      () => null,
      (error: unknown) => (error instanceof AppError ? error : new StorageUnavailableError(error)),
    )
    const reading: Reading = { begunAt: now, outcome, isOver: false, isLogged: false }
    void outcome.then(() => {
      reading.isOver = true
    })
    this.#reading = reading
    return reading
  }

  async #inTime(outcome: Promise<AppError | null>): Promise<AppError | null> {
    const late = Promise.withResolvers<AppError>()
    const cancel = this.#deps.clock.after(PATIENCE_MS, () => {
      late.resolve(new StorageUnavailableError(new Error(`Nothing was read within ${String(PATIENCE_MS)} ms.`)))
    })
    const problem = await Promise.race([outcome, late.promise])
    cancel()
    return problem
  }

  /** Once each time that it changes, and not with every answer. */
  #log(problem: AppError | null): void {
    const isReady = problem === null
    if (isReady === this.#wasReady) return
    this.#wasReady = isReady
    if (isReady) this.#deps.logger.info('This server is ready again.')
    else this.#deps.logger.error('This server is not ready.', problem)
  }
}
