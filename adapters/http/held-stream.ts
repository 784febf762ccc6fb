import type { Clock } from '#ports/clock.ts'
import type { Slot } from './slots.ts'

/** A stream on which nothing moves for so long has lost its source, which beats every 15 seconds, or its reader. */
export const STALLED_MS = 60_000

/**
 * The same bytes, and the slot for as long as they are read. The slot is released when the stream ends, fails, is
 * canceled or stalls. A stalled stream is closed, because its reader would otherwise hold a connection without a slot.
 */
export function holdWhileRead(
  source: ReadableStream<Uint8Array>,
  slot: Slot,
  clock: Clock,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let stopWatch = (): void => undefined
  const end = (): void => {
    stopWatch()
    slot.release()
  }
  const leave = (reason: unknown): Promise<void> => {
    end()
    return reader.cancel(reason)
  }
  const watch = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    stopWatch = clock.after(STALLED_MS, () => {
      const error = new Error('The stream has stalled.')
      controller.error(error)
      leave(error).catch(() => undefined)
    })
  }
  return new ReadableStream<Uint8Array>(
    {
      start: watch,
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          stopWatch()
          if (done) {
            end()
            controller.close()
            return
          }
          slot.renew()
          watch(controller)
          controller.enqueue(value)
        } catch (error) {
          end()
          throw error
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  )
}
