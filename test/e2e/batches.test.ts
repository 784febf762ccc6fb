import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import type { BatchResult } from '#adapters/client/types.ts'
import { answerChat, readChatRequest } from '#test/support/chat-completions.ts'
import { eventually } from '#test/support/eventually.ts'
import { freePort } from '#test/support/free-port.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { Servers, startNode } from './runtimes.ts'

/** In pieces of a megabyte, so that an upload has a middle. */
const ITEMS = 400
const SOURCE = 'x'.repeat(20_000)

let servers: Servers
let model: CountedModel
let uploaders: ChildProcess[]

beforeEach(async () => {
  servers = new Servers()
  model = await startModel()
  uploaders = []
})

afterEach(async () => {
  for (const uploader of uploaders) uploader.kill('SIGKILL')
  model.close()
  await servers.end()
})

interface CountedModel {
  readonly url: string
  /** How often each product was asked for. */
  readonly asked: ReadonlyMap<string, number>
  close(): void
}

async function startModel(): Promise<CountedModel> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    void readChatRequest(request).then((chat) => {
      const product = /product-\d+/.exec(JSON.stringify(chat.messages))?.[0] ?? ''
      asked.set(product, (asked.get(product) ?? 0) + 1)
      answerChat(response, chat, `Text of ${product}.`)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url, asked, close }
}

/** `errand batch run`, in a process of its own. */
function uploader(url: string, ...args: readonly string[]) {
  const command = ['composition/cli/cli.js', 'batch', 'run', 'draft-writer', ...args, '--key', 'product', '--json']
  const child = spawn(process.execPath, command, { env: { PATH: process.env['PATH'], ERRAND_URL: url } })
  uploaders.push(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const id = () =>
    eventually(() => {
      const found = /bat_\w{26}/.exec(said.stderr)?.[0]
      return found === undefined ? Promise.reject(new Error(said.stderr)) : Promise.resolve(found)
    })
  return { child, id, ended: once(child, 'close').then(() => ({ code: child.exitCode, ...said })) }
}

test('an upload whose server and whose uploader are killed: each item is done once, and the same file again costs nothing', async () => {
  const file = join(servers.folder, 'items.ndjson')
  const lines = Array.from({ length: ITEMS }, (_, n) => ({
    input: { product: `product-${String(n)}` },
    source: SOURCE,
  }))
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const port = String(await freePort())
  const settings = { ERRAND_PORT: port, OPENAI_COMPATIBLE_BASE_URL: model.url, ERRAND_MODEL: 'openai-compatible/fake' }
  let server: ServerProcess = await startNode(servers, settings)
  const { url } = server
  const { batches } = new ErrandClient({ baseUrl: url })
  const killServer = async (): Promise<void> => {
    await server.kill('SIGKILL')
    server = await startNode(servers, settings)
  }
  const reached = (id: string, lines: number) =>
    eventually(async () => {
      expect((await batches.get(id)).next).toBeGreaterThanOrEqual(lines)
    })

  const first = uploader(url, file, '--skip-unchanged', '--max-concurrency', '10')
  const id = await first.id()
  await reached(id, 1)
  await killServer()
  await reached(id, ITEMS / 4)
  first.child.kill('SIGKILL')
  const second = uploader(url, file, '--resume', id)
  await reached(id, ITEMS / 2)
  await killServer()
  const run = await second.ended
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('"completed"') as string })

  const results: BatchResult[] = []
  for await (const result of batches.results(id)) results.push(result)
  expect(results.map(({ key, output }) => [key, output])).toEqual(
    lines.map(({ input: { product } }) => [product, `Text of ${product}.`]),
  )
  expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(ITEMS)
  // What was under way in a killed server was asked for again.
  expect(Math.max(...model.asked.values())).toBeLessThanOrEqual(3)
  const calls = [...model.asked.values()].reduce((sum, count) => sum + count, 0)

  const again = await uploader(url, file, '--skip-unchanged').ended
  expect(JSON.parse(again.stdout)).toMatchObject({ status: 'completed', counts: { skipped: ITEMS, completed: 0 } })
  expect([...model.asked.values()].reduce((sum, count) => sum + count, 0)).toBe(calls)
})
