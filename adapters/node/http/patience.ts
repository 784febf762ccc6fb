import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Patience {
  /**
   * How long a caller may take none of the data that waits for it, or send nothing of a body. It is checked this often, so
   * up to twice the time passes. Generous, because the kernel sends in chunks of megabytes: a caller that reads a few
   * kilobytes a second takes nothing for a while.
   */
  readonly stalledMs: number
  /** How long a whole request may take to come, unless its body are lines, of which there may be any number. */
  readonly requestMs: number
  /** How long what is left of a body may still come when the answer is there. */
  readonly lingerMs: number
}

export const PATIENCE: Patience = { stalledMs: 300_000, requestMs: 300_000, lingerMs: 500 }

const LINES = /^application\/(?:x-)?(?:ndjson|jsonl)\b/i

/** Cuts a caller that is too slow. @param refuse answers a request that did not come in time. */
export function cutSlow(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { stalledMs, requestMs }: Patience,
  refuse: () => void,
): void {
  const { socket, headers } = request
  const giveUp = (): void => {
    if (response.headersSent) socket.destroy()
    else refuse()
  }
  // The socket's own timer counts what goes in or out; silence is none of ours while there is nothing to send or to come.
  response.setTimeout(stalledMs, () => {
    if (socket.writableLength > 0) socket.destroy()
    else if (!request.complete) giveUp()
  })
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  if (!hasBody || LINES.test(headers['content-type'] ?? '')) return
  const late = setTimeout(() => {
    if (!request.complete) giveUp()
  }, requestMs)
  request.once('close', () => {
    clearTimeout(late)
  })
}
