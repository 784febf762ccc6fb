import { StopSignals } from '#adapters/node/process/stop-signals.ts'
import type { HttpServer } from '#adapters/http/server.ts'
import { CountRuns } from '#application/agent/count-runs.ts'
import { CheckReadiness } from '#application/health/check-readiness.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Engine, NodeStorage } from './storage.ts'
import { flushTelemetry } from './telemetry.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** For what is open and in execution to be finished. */
const GRACE_MS = 20_000
/** For what is stopped after that to let go. */
const EXTRA_MS = 10_000

export interface Running {
  readonly container: DependencyContainer
  readonly server: Pick<HttpServer, 'close'>
  readonly engine: Engine
  readonly storage: NodeStorage
}

export interface NodeStopOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** How long requests are still taken after the signal. */
  readonly drainMs: number
}

/** Finishes what is open and in execution, for a time, and lets go of the data. */
export async function closeServer({ container, server, engine, storage }: Running): Promise<void> {
  container.resolve(CheckReadiness).stop()
  await Promise.all([server.close(GRACE_MS), engine.drain(GRACE_MS)])
  await letGo({ container, storage })
}

/** Once nothing more is begun: records what is left to record, and closes the storage. */
export async function letGo({ container, storage }: Pick<Running, 'container' | 'storage'>): Promise<void> {
  await container.resolve(CountRuns).settled()
  await flushTelemetry(container)
  await storage.close()
}

/** Ends the process in order at a stop signal, from the first moment on. */
export class NodeStop {
  readonly #options: NodeStopOptions
  readonly #signals: StopSignals

  constructor(options: NodeStopOptions) {
    const { clock, logger, drainMs } = options
    this.#options = options
    this.#signals = new StopSignals({ source: process, clock, logger })
    void this.#signals.requested.then(() => {
      // An unavailable database must not keep a stopping process alive. Unfinished jobs are taken over.
      clock.after(drainMs + GRACE_MS + EXTRA_MS, () => {
        logger.error('Could not stop in time: what is unfinished is resumed at the next start.', null)
        process.exit(1)
      })
    })
  }

  /** Waits for `opening`, before any work has begun. At a stop signal meanwhile, the process ends at once. */
  async unlessStopped<T>(opening: Promise<T>): Promise<T> {
    const stopped = this.#signals.requested.then((signal) => ({ signal }))
    const first = await Promise.race([opening.then((opened) => ({ opened })), stopped])
    if ('opened' in first) return first.opened
    this.#options.logger.info('Stopped while starting: no work had begun.', { signal: first.signal })
    process.exit(0)
  }

  /** Call it when everything runs. After an earlier stop signal, the process stops now. */
  whenRunning(running: Running): void {
    void this.#signals.requested.then((signal) => {
      this.#stop(running, signal)
    })
  }

  #stop({ container, server, engine, storage }: Running, signal: string): void {
    const { clock, logger, drainMs } = this.#options
    container.resolve(CheckReadiness).stop()
    logger.info('Stopping: open requests and jobs are finished first, or resumed at the next start.', { signal })
    const turnedAway = Promise.withResolvers<undefined>()
    clock.after(drainMs, () => {
      turnedAway.resolve(undefined)
    })
    const finished = Promise.all([turnedAway.promise.then(() => server.close(GRACE_MS)), engine.drain(GRACE_MS)])
    const hurried = this.#signals.repeated.then((again) => {
      logger.info('Stopping at once: jobs in execution are resumed at the next start.', { signal: again })
      turnedAway.resolve(undefined)
      return engine.drain(0)
    })
    void Promise.race([finished, hurried]).then(async () => {
      await letGo({ container, storage })
      logger.info('Stopped.')
      // A tool that does not listen to its signal must not keep alive a process that has let go of its data.
      process.exit(0)
    })
  }
}
