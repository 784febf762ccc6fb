import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import * as z from 'zod'
import { type McpToolsOptions, mcpTools } from '#adapters/mcp/mcp-tools.ts'
import type { PinnedTool } from '#adapters/mcp/pins.ts'
import { inSession } from '#adapters/mcp/session.ts'
import { nodePublicFetch } from '#composition/node/callbacks.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'

/** An MCP server of the official SDK on loopback. Each session is one of its own. */
export class TestMcpServer {
  /** What `mail` has sent. */
  readonly outbox: string[] = []
  /** Gets the idempotency key of each call of `mail`. */
  onMail: (key: string) => void = () => undefined
  /** The requests that came: `POST tools/call`. */
  readonly requests: string[] = []
  /** The definition of `lookup` that new sessions see. */
  description = 'Looks up a product.'
  /** Answers before the server of the SDK does, if it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse, method: string) => boolean = () => false
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>()
  readonly #hanging: (() => void)[] = []
  readonly #waiting: (() => void)[] = []
  #http: Server | null = null

  async open(port = 0): Promise<this> {
    this.#http = createServer((request, response) => {
      void this.#serve(request, response)
    })
    await new Promise<void>((resolve) => {
      this.#http?.listen(port, '127.0.0.1', resolve)
    })
    return this
  }

  /** At once, as if it were killed. */
  async kill(): Promise<void> {
    const http = this.#http
    this.#http = null
    for (const release of this.#hanging.splice(0)) release()
    http?.closeAllConnections()
    if (!http) return
    await new Promise((resolve) => {
      http.close(resolve)
    })
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#http?.address() as AddressInfo).port)}/mcp`
  }

  /** As on a server with `ERRAND_CALLBACK_HOSTS`. */
  readonly publicFetch: PublicFetch = nodePublicFetch({ callbackHosts: ['127.0.0.1'] } as never)

  /** When a call of `hang` has arrived. */
  hangs(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const { method = '' } = (body ?? {}) as { method?: string }
    this.requests.push(`${request.method ?? ''} ${method}`.trim())
    if (this.intercept(request, response, method)) return
    const session = this.#sessions.get(String(request.headers['mcp-session-id'])) ?? (await this.#session())
    await session.handleRequest(request, response, body)
  }

  async #session(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, transport)
      },
    })
    await this.#tools().connect(transport)
    return transport
  }

  #tools(): McpServer {
    const server = new McpServer({ name: 'test', version: '1' })
    const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] })
    server.registerTool(
      'lookup',
      { description: this.description, inputSchema: { handle: z.string() }, annotations: { readOnlyHint: true } },
      ({ handle }) => text(`product ${handle}`),
    )
    server.registerTool(
      'price',
      { description: 'Its price.', inputSchema: {}, outputSchema: { price: z.number() } },
      () => ({ ...text('{"price":7}'), structuredContent: { price: 7 } }),
    )
    server.registerTool('picture', { description: 'Its picture.', inputSchema: {} }, () => ({
      content: [
        { type: 'text', text: 'Here it is:' },
        { type: 'image', mimeType: 'image/png', data: 'QUJD' },
        { type: 'resource_link', uri: 'shop://p/1', name: 'product 1' },
      ],
    }))
    server.registerTool('mail', { description: 'Sends a mail.', inputSchema: { to: z.string() } }, ({ to }, extra) => {
      this.outbox.push(to)
      this.onMail(String(extra._meta?.['errand/idempotency-key']))
      return text('sent')
    })
    server.registerTool('refuse', { description: 'Refuses.', inputSchema: {} }, () => ({
      ...text('There is no stock.'),
      isError: true,
    }))
    server.registerTool('headers', { description: 'Says what it was sent.', inputSchema: {} }, (_input, extra) =>
      text(`sent: ${String(extra.requestInfo?.headers['authorization'])}`),
    )
    server.registerTool('large', { description: 'Says much.', inputSchema: { mib: z.number() } }, ({ mib }) =>
      text('x'.repeat(mib * 1024 * 1024)),
    )
    server.registerTool('hang', { description: 'Never ends.', inputSchema: {} }, async () => {
      for (const resolve of this.#waiting.splice(0)) resolve()
      await new Promise<void>((resolve) => this.#hanging.push(resolve))
      return text('too late')
    })
    return server
  }
}

/** What its server says now, as `errand mcp pin` writes it. */
export async function pinsOf({ url, publicFetch }: TestMcpServer): Promise<{ readonly tools: readonly PinnedTool[] }> {
  const address = { url, publicFetch, headers: () => Promise.resolve({}) }
  return { tools: await inSession(address, new AbortController().signal, (session) => session.list()) }
}

/** Its tools as they are now. */
export async function acceptedTools(
  server: TestMcpServer,
  options: Partial<McpToolsOptions> = {},
): Promise<readonly Tool[]> {
  const { url, publicFetch } = server
  return mcpTools({ url, publicFetch, pins: await pinsOf(server), ...options })
}
