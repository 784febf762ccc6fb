import { CanceledError } from '#domain/errors.ts'
import type { Clock } from '#ports/clock.ts'

export interface Deadline {
  readonly clock: Clock
  readonly timeoutMs: number
  /** The caller's signal: its abort ends the work with a `CanceledError`. */
  readonly signal: AbortSignal
  readonly timeoutError: () => Error
}

/**
 * Runs `work` until it is done, its time is up or the caller leaves, whichever is first.
 * The work is told through its signal, and is not waited for if it does not listen.
 */
export async function withDeadline<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, signal, timeoutError } = deadline
  const inner = new AbortController()
  const stop = Promise.withResolvers<never>()
  const end = (error: Error): void => {
    stop.reject(error)
    inner.abort(error)
  }
  const leave = (): void => {
    end(new CanceledError(signal.reason))
  }
  if (signal.aborted) throw new CanceledError(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  const cancelTimer = clock.after(timeoutMs, () => {
    end(timeoutError())
  })
  try {
    return await Promise.race([stop.promise, work(inner.signal)])
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', leave)
  }
}
