import type { BatchKey, BatchState, Batches } from '#application/batch/batches.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import { STILL_HERE, message } from '../../sse.ts'
import { batchView } from '../../wire/batch-views.ts'

const INTERVAL_MS = 1000
/** Looks without news until a sign of life, for proxies cut silent connections. */
const QUIET_LOOKS = 15

/**
 * The progress of a batch as Server-Sent Events: an event whenever it has changed, at most once a second, until it is
 * finished. @throws {BatchNotFoundError} before the stream begins.
 */
export async function progressStream(
  { batches, clock }: { readonly batches: Pick<Batches, 'get'>; readonly clock: Clock },
  key: BatchKey,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  let state: BatchState | null = await batches.get(key)
  let shown = ''
  const next = async (): Promise<string> => {
    for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
      state ??= await lookLater(batches, clock, key)
      if (state === null) return STILL_HERE
      const said = JSON.stringify([state.batch.version, state.totals])
      if (said === shown) state = null
      else {
        shown = said
        return message({ event: 'progress', data: batchView(state, { now: clock.now(), mayRead: true }) })
      }
    }
    return STILL_HERE
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        controller.enqueue(encoder.encode(await next()))
        if (state && state.batch.finishedAt !== null) controller.close()
        state = null
      },
    },
    { highWaterMark: 0 },
  )
}

/** `null` in an outage, which the reader outlives. */
async function lookLater(batches: Pick<Batches, 'get'>, clock: Clock, key: BatchKey): Promise<BatchState | null> {
  const rested = Promise.withResolvers<undefined>()
  clock.after(INTERVAL_MS, () => {
    rested.resolve(undefined)
  })
  await rested.promise
  return batches.get(key).catch((error: unknown) => {
    if (error instanceof StorageUnavailableError) return null
    throw error
  })
}
