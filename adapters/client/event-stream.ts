import { brokenOff, isCut } from './cut.ts'
import { type Message, SERVER_SENT_EVENTS } from './message-stream.ts'
import type { Transport } from './transport.ts'
import type { JobEvent } from './types.ts'

export interface Watch {
  readonly jobId: string
  /** Number of the last event that is known already; 0 for none. */
  readonly after: number
  readonly signal: AbortSignal | undefined
}

const ENDINGS: ReadonlySet<string | undefined> = new Set(['job.completed', 'job.failed', 'job.canceled'])

/** A job's events to its end, over as many connections as it takes: each goes on after the last event that came whole. */
export async function* follow(transport: Transport, { jobId, after, signal }: Watch): AsyncGenerator<JobEvent> {
  const retry = transport.retryPolicy()
  let seen = after
  let from = after
  for (;;) {
    const path = `/jobs/${encodeURIComponent(jobId)}/events?after=${String(from)}`
    const stream = await transport.stream({ method: 'GET', path, signal, repeatable: true, retry }, SERVER_SENT_EVENTS)
    // An empty stream may mean that `after` was the last event. Only a read from the beginning shows whether the job
    // has ended.
    let isEmpty = after > 0
    try {
      for await (const messages of stream) {
        retry.renew()
        for (const message of messages) {
          if (isNews(message, seen)) yield message as JobEvent
          if (ENDINGS.has(message.event)) return
          if (message.id === null) continue
          isEmpty = false
          seen = Math.max(seen, message.id)
        }
      }
    } catch (error) {
      if (!isCut(error, signal)) throw error
      isEmpty = false
    }
    from = isEmpty ? 0 : seen
    await transport.persist(retry, brokenOff('stream of events'), signal)
  }
}

/** Text is always new, because live text is sent once, to current readers. */
function isNews({ id }: Message, seen: number): boolean {
  return id === null || id > seen
}
