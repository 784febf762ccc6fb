import { createParser } from 'eventsource-parser'
import { notErrand } from './errand-error.ts'
import type { StreamFormat } from './transport.ts'

/** A Server-Sent Event. */
export interface Message {
  readonly id: number | null
  readonly event: string | undefined
  readonly data: unknown
}

/** The messages of one connection, chunk by chunk as they come. */
export const SERVER_SENT_EVENTS: StreamFormat<readonly Message[]> = { type: 'text/event-stream', read: messagesIn }

/** An incomplete message is dropped. */
async function* messagesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly Message[]> {
  const messages: Message[] = []
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      messages.push({ id: id === undefined ? null : Number(id), event, data: parsed(data) })
    },
  })
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield messages.splice(0)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    throw notErrand(200)
  }
}
