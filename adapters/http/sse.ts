import type { Sight, WatchJob, WatchJobQuery } from '#application/job/watch-job.ts'
import type { JobEvent, StoredEvent } from '#domain/job/event.ts'
import { costOfCall, microsOf } from '#domain/money/cost.ts'
import { rfc3339 } from './wire/common.ts'
import { waitView } from './wire/views.ts'

/** Server-Sent Events, https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that compresses gathers events first.
  'cache-control': 'no-store, no-transform',
  // nginx buffers what it proxies without this header:
  // https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
  'x-accel-buffering': 'no',
}

/** A comment, which readers ignore. */
export const STILL_HERE = ': still here\n\n'

/**
 * What a watcher sees, as a stream of bytes that is read as fast as its reader reads.
 * Journal events carry their number as `id`, so a client can come back for the rest; text does not, for it is not kept.
 */
export function sseStream(sights: AsyncIterable<Sight>, leave: () => void): ReadableStream<Uint8Array> {
  const iterator = sights[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next()
        if (next.done === true) controller.close()
        else controller.enqueue(bytesOf(next.value))
      },
      async cancel() {
        // First, for a watch that waits for news cannot be ended in any other way.
        leave()
        await iterator.return?.()
      },
    },
    // Nothing is made before a reader needs it.
    { highWaterMark: 0 },
  )
}

/** Opens the events of jobs that live here. The watch ends with the stream. */
export function eventsOpener(
  watchJob: Pick<WatchJob, 'execute'>,
): (query: Omit<WatchJobQuery, 'signal'>) => Promise<ReadableStream<Uint8Array>> {
  return async (query) => {
    const left = new AbortController()
    return sseStream(await watchJob.execute({ ...query, signal: left.signal }), () => {
      left.abort()
    })
  }
}

const encoder = new TextEncoder()
/** Of journal events that are being read: a crowd that watches one job gets the same bytes, however large, and not a copy each. */
const encoded = new WeakMap<StoredEvent, Uint8Array>()

function bytesOf(sight: Sight): Uint8Array {
  const known = sight.kind === 'event' ? encoded.get(sight.stored) : undefined
  if (known) return known
  const bytes = encoder.encode(frame(sight))
  if (sight.kind === 'event') encoded.set(sight.stored, bytes)
  return bytes
}

function frame(sight: Sight): string {
  switch (sight.kind) {
    case 'event':
      return message({ id: sight.stored.seq, event: sight.stored.event.type, data: eventView(sight.stored.event) })
    case 'text':
      return message({ event: 'text', data: { text: sight.text } })
    case 'quiet':
      return STILL_HERE
  }
}

interface SseMessage {
  readonly id?: number
  readonly event: string
  readonly data: object
}

/** JSON has no line breaks of its own, so one `data:` line always does. */
export function message({ id, event, data }: SseMessage): string {
  return `${id === undefined ? '' : `id: ${String(id)}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** An event as its job's owner sees it: times as everywhere on the wire, and nothing of tenants and executors. */
export function eventView(event: JobEvent): object {
  const shown = Object.entries(event).flatMap(([name, value]): [string, unknown][] => {
    if (HIDDEN.has(name)) return []
    return [[name, isTime(name) && typeof value === 'number' ? rfc3339(value) : value]]
  })
  const view = Object.fromEntries(shown)
  if (event.type === 'job.waiting') return { ...view, wait: waitView(event.wait) }
  const isAnswer = event.type === 'model_call.completed' || event.type === 'model_call.failed'
  return isAnswer && event.usage ? { ...view, costMicros: microsOf(costOfCall(event)) } : view
}

function isTime(name: string): boolean {
  return name === 'at' || name.endsWith('At')
}

const HIDDEN = new Set([
  'type',
  'tenantId',
  'runId',
  'executorId',
  'release',
  'format',
  'leaseMs',
  'options',
  'until',
  'costNanos',
])
