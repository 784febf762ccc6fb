import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import { AnswerRefusedError, McpCallError, clipped } from './errors.ts'
import { type Sent, redactorOf } from './sent-secrets.ts'

export interface Failed extends Sent {
  readonly isCalling: boolean
}

/** A new error without a cause: what the client throws may hold the server's words, and so ours. */
export function explained(error: unknown, failed: Failed): McpCallError {
  if (error instanceof McpCallError) return error
  const { why, isRefusal } = reasonOf(error)
  const message = `The MCP server at ${new URL(failed.url).host} could not be used: ${withoutEnd(why)}.`
  return new McpCallError(clipped(redactorOf(failed, 'all')(message)), {
    mayHaveHappened: failed.isCalling && !isRefusal,
  })
}

/** Without dots and blanks at its end. Not by an expression, which takes ages for a million blanks with something behind them. */
function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

interface Reason {
  readonly why: string
  /** The server says that it has done nothing. */
  readonly isRefusal: boolean
}

function reasonOf(error: unknown): Reason {
  if (error instanceof AnswerRefusedError) return { why: error.message, isRefusal: false }
  if (error instanceof StreamableHTTPError) return reasonOfStatus(error)
  if (error instanceof McpError) return { why: error.message, isRefusal: REFUSALS.has(error.code) }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  const words = error instanceof Error ? error.message : String(error)
  return { why: cause === '' ? words : `${words}: ${cause}`, isRefusal: false }
}

/** Method not found, and invalid parameters. */
const REFUSALS = new Set([-32601, -32602])

function reasonOfStatus({ code = 0, message }: StreamableHTTPError): Reason {
  const isRefusal = code >= 400 && code < 500
  if (code === 401 || code === 403) return { why: `it answered ${String(code)}; look at its headers`, isRefusal }
  return { why: code > 0 ? `it answered ${String(code)}: ${message}` : message, isRefusal }
}
