import { type EventSourceMessage, createParser } from 'eventsource-parser'
import { ErrandError } from './errand-error.ts'
import type { Transport } from './transport.ts'
import type { JobEvent } from './types.ts'

/** The messages of one response, as they come. Whoever stops early closes the connection. */
export async function* messagesIn(response: Response): AsyncGenerator<EventSourceMessage> {
  if (!response.body) return
  const messages: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (message) => {
      messages.push(message)
    },
  })
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* messages.splice(0)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

export interface Watch {
  readonly jobId: string
  /** Number of the last event that is known already; 0 for none. */
  readonly after: number
  readonly signal: AbortSignal | undefined
}

const ENDINGS = new Set(['job.completed', 'job.failed', 'job.canceled'])
/** Connections in a row that bring nothing new before it is given up. */
const MOST_IDLE = 8

/** A job's events to its end, over as many connections as it takes: each goes on after the last event that came whole. */
export async function* follow(transport: Transport, watch: Watch): AsyncGenerator<JobEvent> {
  const { jobId, signal } = watch
  let seen = watch.after
  for (let idle = 1; idle <= MOST_IDLE; idle++) {
    // Asked before the events are: when it is over by then, the stream that follows ends of itself with the last of them.
    const over = idle > 1 && (await isOver(transport, watch))
    try {
      for await (const event of connection(transport, { jobId, after: seen, signal })) {
        yield event
        if (ENDINGS.has(event.event)) return
        seen = event.id ?? seen
        idle = 0
      }
      if (over) return
    } catch (error) {
      if (isFinal(error, signal)) throw error
    }
    await transport.rest(idle + 1, null, signal)
  }
  const message = 'The stream of events breaks off again and again.'
  throw new ErrandError({ code: 'network', status: 0, retryable: true, message })
}

/** Whether it is the server or the caller who has ended it, and not the network. */
function isFinal(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || error instanceof ErrandError
}

/** What one connection brings that is new. */
async function* connection(transport: Transport, { jobId, after, signal }: Watch): AsyncGenerator<JobEvent> {
  const path = `/jobs/${encodeURIComponent(jobId)}/events?after=${String(after)}`
  const headers = { accept: 'text/event-stream' }
  const response = await transport.send({ method: 'GET', path, headers, signal, repeatable: true })
  for await (const { id, event, data } of messagesIn(response)) {
    const number = id === undefined ? null : Number(id)
    if (number === null || number > after) yield { id: number, event, data: JSON.parse(data) as unknown } as JobEvent
  }
}

async function isOver(transport: Transport, { jobId, signal }: Watch): Promise<boolean> {
  const path = `/jobs/${encodeURIComponent(jobId)}`
  const { finishedAt } = await transport.json<{ finishedAt?: string }>({
    method: 'GET',
    path,
    signal,
    repeatable: true,
  })
  return finishedAt !== undefined
}
