import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type CallToolResult, CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js'
import type { JsonObject } from '#domain/json/json.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'
import { AnswerRefusedError } from './errors.ts'
import { explained } from './explained.ts'
import { mcpFetch } from './mcp-fetch.ts'
import { redactorOf } from './sent-secrets.ts'
import { type PinnedTool, pinOf } from './pins.ts'

/** Where a server is, and what is sent to it. */
export interface McpAddress {
  /** Of its streamable HTTP. */
  readonly url: string
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly publicFetch: PublicFetch
}

export interface McpSession {
  list(): Promise<readonly PinnedTool[]>
  call(name: string, input: JsonObject, idempotencyKey: string): Promise<CallToolResult>
  /** Without what the session has sent as a secret. */
  readonly redact: (text: string) => string
}

/** The signal of the caller is what limits a request. */
const NO_TIMEOUT = 2 ** 31 - 1
/** How long after the end of a body its answer may still be read: in turns, because a busy process has few in a second. */
const READ_TURNS = 20
const TURN_MS = 50
const LEAVE_MS = 2000
const MOST_PAGES = 50
const NO_RECONNECTION = {
  maxRetries: 0,
  initialReconnectionDelay: TURN_MS,
  maxReconnectionDelay: TURN_MS,
  reconnectionDelayGrowFactor: 1,
}

/** A library of the client makes code of schemas, which a Worker refuses. Nothing here needs it. */
const NO_VALIDATION = {
  getValidator: () => (input: unknown) => ({ valid: true, data: input, errorMessage: undefined }),
}

/**
 * Works in a session of its own, and ends it. So nothing is kept between two calls: a job may go on in another process,
 * and a Worker keeps no connection.
 * @throws {McpCallError}, or the reason of `signal`
 */
export async function inSession<T>(
  address: McpAddress,
  signal: AbortSignal,
  work: (session: McpSession) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const headers = await address.headers()
  const open = new OpenSession(address, headers, signal)
  try {
    const redact = redactorOf({ url: address.url, headers }, 'secrets')
    const result = await open.run((asking) => work({ ...asking, redact }))
    await open.leave()
    return result
  } catch (error) {
    void open.leave()
    if (signal.aborted) throw signal.reason
    throw explained(error, { url: address.url, headers, isCalling: open.isCalling })
  }
}

class OpenSession {
  readonly #transport: StreamableHTTPClientTransport
  readonly #client: Client
  readonly #lost = new AbortController()
  readonly #signal: AbortSignal
  #sent = 0
  #answered = 0
  #reading: ReturnType<typeof setTimeout> | undefined
  /** A tool was called, and has not answered. */
  isCalling = false

  constructor({ url, publicFetch }: McpAddress, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    const fetch = mcpFetch({
      publicFetch,
      onRequest: () => {
        this.#sent++
      },
      onEnd: () => {
        this.#expectAnswer(this.#sent)
      },
      onRefused: (error) => {
        this.#lost.abort(error)
      },
    })
    const options = { fetch, requestInit: { headers: { ...headers } }, reconnectionOptions: NO_RECONNECTION }
    this.#signal = AbortSignal.any([signal, this.#lost.signal])
    this.#transport = new StreamableHTTPClientTransport(new URL(url), options)
    this.#client = new Client({ name: 'errand', version: '1' }, { jsonSchemaValidator: NO_VALIDATION as never })
    // Of a stream that breaks the client says nothing else, and goes on waiting.
    this.#client.onerror = (error) => {
      this.#lost.abort(error)
    }
  }

  async run<T>(work: (asking: Pick<McpSession, 'list' | 'call'>) => Promise<T>): Promise<T> {
    try {
      await this.#answer(this.#client.connect(this.#transport as never, this.#limits()))
      return await work({ list: () => this.#list(), call: (name, input, key) => this.#call(name, input, key) })
    } catch (error) {
      throw this.#lost.signal.aborted ? this.#lost.signal.reason : error
    }
  }

  /** Ends the session at the server, which need not answer. */
  async leave(): Promise<void> {
    clearTimeout(this.#reading)
    const timer = setTimeout(() => void this.#client.close(), LEAVE_MS)
    await this.#transport.terminateSession().catch(() => undefined)
    clearTimeout(timer)
    await this.#client.close().catch(() => undefined)
  }

  async #list(): Promise<readonly PinnedTool[]> {
    const tools: PinnedTool[] = []
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page++) {
      const request = { method: 'tools/list', params: cursor === undefined ? {} : { cursor } } as const
      const listed = await this.#answer(this.#client.request(request, ListToolsResultSchema, this.#limits()))
      tools.push(...listed.tools.map((tool) => pinOf(tool as unknown as PinnedTool)))
      cursor = listed.nextCursor
      if (cursor === undefined) return tools
    }
    throw new AnswerRefusedError(`its list of tools has more than ${String(MOST_PAGES)} pages`)
  }

  async #call(name: string, input: JsonObject, idempotencyKey: string): Promise<CallToolResult> {
    const params = { name, arguments: { ...input }, _meta: { 'errand/idempotency-key': idempotencyKey } }
    this.isCalling = true
    const request = { method: 'tools/call', params } as const
    const result = await this.#answer(this.#client.request(request, CallToolResultSchema, this.#limits()))
    this.isCalling = false
    return result
  }

  async #answer<T>(request: Promise<T>): Promise<T> {
    const answer = await request
    this.#answered = this.#sent
    return answer
  }

  #limits(): { readonly signal: AbortSignal; readonly timeout: number } {
    return { signal: this.#signal, timeout: NO_TIMEOUT }
  }

  /** Of a body that ends without its answer the client says nothing. One request is under way at a time. */
  #expectAnswer(request: number, turns = READ_TURNS): void {
    clearTimeout(this.#reading)
    this.#reading = setTimeout(() => {
      if (this.#answered >= request) return
      if (turns > 1) this.#expectAnswer(request, turns - 1)
      else this.#lost.abort(new Error('the connection ended before the answer'))
    }, TURN_MS)
  }
}
