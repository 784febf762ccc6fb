import { asError } from '#domain/agent/thrown.ts'
import { CanceledError } from '#domain/job/errors.ts'
import type { Clock } from '#ports/clock.ts'

export interface Deadline {
  readonly clock: Clock
  readonly timeoutMs: number
  /** The caller's signal: its abort ends the work with a `CanceledError`. */
  readonly signal: AbortSignal
  readonly timeoutError: () => Error
  /** How long work may still return a result after its time limit aborted its signal; 0 unless given. */
  readonly stopMs?: number
}

/**
 * Runs `work` until it is done, its time is up or the caller leaves, whichever is first. Its signal aborts then. When
 * the caller leaves, this does not wait for the work.
 */
export async function withDeadline<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, signal, timeoutError, stopMs = 0 } = deadline
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
  let cancelTimer = clock.after(timeoutMs, () => {
    const error = timeoutError()
    if (stopMs === 0) {
      end(error)
      return
    }
    inner.abort(error)
    cancelTimer = clock.after(stopMs, () => {
      stop.reject(error)
    })
  })
  const timeIsUp = (error: unknown): never => {
    throw inner.signal.aborted ? inner.signal.reason : asError(error)
  }
  try {
    // An error after the abort is a consequence of it, so the reason counts.
    return await Promise.race([stop.promise, work(inner.signal).catch(timeIsUp)])
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', leave)
  }
}
