import type { Clock } from '#ports/clock.ts'

/** Resolves after that time. @throws the signal's reason, as soon as it aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = (): void => {
      stop()
      reject(signal?.reason instanceof Error ? signal.reason : new Error('The request was given up.'))
    }
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
