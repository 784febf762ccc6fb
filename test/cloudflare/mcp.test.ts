import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { mcpTools } from '#adapters/mcp/mcp-tools.ts'
import { inSession } from '#adapters/mcp/session.ts'
import { KEYLESS } from '#domain/tenant/actor.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'

const url = 'https://mcp.example.com/mcp'
const signal = new AbortController().signal
const context = { idempotencyKey: 'k', tenantId: 'default', submittedBy: KEYLESS, jobId: null, signal }

/** The SDK's own server, in this isolate: each request has a server of its own. */
const publicFetch: PublicFetch = async (to, request) => {
  const server = new McpServer({ name: 'test', version: '1' })
  server.registerTool('echo', { description: 'Echoes.', inputSchema: { text: z.string() } }, ({ text }) => ({
    content: [{ type: 'text', text: `echo ${text}` }],
  }))
  const transport = new WebStandardStreamableHTTPServerTransport({})
  await server.connect(transport)
  return await transport.handleRequest(new Request(to, request))
}

test('tools of an MCP server are listed, compared and called in a Worker', async () => {
  const address = { url, publicFetch, headers: () => Promise.resolve({}) }
  const pins = { tools: await inSession(address, signal, (session) => session.list()) }
  const [echo] = mcpTools({ url, publicFetch, pins, tools: { echo: 'read' } })
  expect(await echo?.run({ text: 'hello' }, context)).toBe('echo hello')

  const changed = { tools: pins.tools.map((tool) => ({ ...tool, description: 'Another.' })) }
  const [refused] = mcpTools({ url, publicFetch, pins: changed })
  await expect(refused?.run({ text: 'hello' }, context)).rejects.toThrow('has changed since it was accepted')
})
