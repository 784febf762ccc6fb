import type { Context } from 'hono'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, tenantOf } from './context.ts'
import type { Slot } from './slots.ts'

/** A stream on which nothing moves for so long has lost its source, which beats every 15 seconds, or its reader. */
export const STALLED_MS = 60_000

export interface HeldStreamOptions {
  readonly clock: Clock
  /** Called with what broke the source off. */
  readonly onFault: (error: unknown) => void
  /** Closes the connection without the end of the answer. Without it, the stream fails, and its reader does that. */
  readonly cut?: (() => void) | undefined
}

/** Of a stream that answers this request: a fault is logged, and the connection closed before the answer's end. */
export function faultsOf(c: Context<AppEnv>, logger: Logger): Omit<HeldStreamOptions, 'clock'> {
  const { path } = c.req
  const tenantId = tenantOf(c)
  // Node's server would print the error of a stream by itself.
  const { outgoing } = (c.env ?? {}) as { readonly outgoing?: { destroy(): void } }
  return {
    onFault: (error) => {
      logger.error('A stream broke off.', error, { path, tenantId })
    },
    cut:
      outgoing &&
      (() => {
        outgoing.destroy()
      }),
  }
}

/**
 * The same bytes, and the slot for as long as they are read. The slot is released when the stream ends, fails, is
 * canceled or stalls. A stalled stream is closed, because its reader would otherwise hold a connection without a slot.
 */
export function holdWhileRead(
  source: ReadableStream<Uint8Array>,
  slot: Slot,
  { clock, onFault, cut }: HeldStreamOptions,
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
          onFault(error)
          if (!cut) throw error
          cut()
          // The closed connection cancels the stream.
          await new Promise(() => undefined)
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  )
}
