import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mcpTools } from '#adapters/mcp/mcp-tools.ts'
import { mcpCommands } from '#composition/cli/mcp.ts'
import { TestMcpServer } from '#test/support/mcp-server.ts'

let server: TestMcpServer
let folder: string

beforeEach(async () => {
  server = await new TestMcpServer().open()
  folder = mkdtempSync(join(tmpdir(), 'errand-mcp-'))
})

afterEach(async () => {
  rmSync(folder, { recursive: true })
  await server.kill()
})

function commands(env: Record<string, string> = {}) {
  const printed: string[] = []
  const print = (text: string): unknown => printed.push(text)
  const { publicFetch } = server
  const { pin, check } = mcpCommands({ publicFetch, env, print, signal: new AbortController().signal })
  const pinning = { url: server.url, file: join(folder, 'mcp/shop.json'), headers: [] as readonly string[] }
  return { pin, check, pinning, printed }
}

test('pin writes what mcpTools takes, and shows what has changed since', async () => {
  const { pin, check, pinning, printed } = commands()
  expect(await check(pinning)).toBe(1)
  expect(await pin(pinning)).toBe(0)
  const pins = JSON.parse(readFileSync(pinning.file, 'utf8')) as { tools: { name: string }[] }
  expect(mcpTools({ url: server.url, publicFetch: server.publicFetch, pins })).toHaveLength(pins.tools.length)
  expect(await check(pinning)).toBe(0)

  server.description = 'Changed.'
  printed.length = 0
  expect(await check(pinning)).toBe(1)
  expect(printed.join('')).toBe('changed  lookup\n')
  expect(await pin(pinning)).toBe(0)
  expect(await check(pinning)).toBe(0)
})

test('headers take secrets from the environment, and name one that is missing', async () => {
  const { pin, pinning } = commands({ TOKEN: 'sk-1' })
  let sent: string | undefined
  server.intercept = ({ headers }) => {
    sent = headers.authorization
    return false
  }
  await pin({ ...pinning, headers: ['authorization: Bearer ${TOKEN}'] })
  expect(sent).toBe('Bearer sk-1')
  const missing = pin({ ...pinning, headers: ['x-key: ${KEY}'] })
  await expect(missing).rejects.toThrow('The header "x-key" needs KEY, which is not set.')
})

test('a server that cannot be used is an error for people', async () => {
  const { pin, pinning } = commands()
  await server.kill()
  await expect(pin({ ...pinning, url: 'https://10.0.0.1/mcp' })).rejects.toThrow('ERRAND_CALLBACK_HOSTS')
})
