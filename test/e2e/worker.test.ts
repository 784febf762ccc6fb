import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'
import { cancelStory, interruptedStory, killStory } from './kills.ts'
import { newcomerStory } from './story.ts'

let folder: string
let servers: ServerProcess[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'))
  servers = []
})

afterEach(async () => {
  for (const server of servers) await server.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** The real Worker under `wrangler dev`: production's workerd, without the liberties of a test runner. */
async function start(vars: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const settings = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const ports = ['--port', String(await freePort()), '--inspector-port', String(await freePort())]
  const server = await startServer({
    args: ['node_modules/wrangler/bin/wrangler.js', 'dev', ...ports, '--persist-to', folder, ...settings],
    env: { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_HIDE_BANNER: 'true' },
    ready: /Ready on (http:\S+)/,
  })
  servers.push(server)
  return server
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('the Worker', () => {
  test('does what the README says', async () => {
    const server = await start()
    await newcomerStory(server.url, 'cloudflare')
  })

  test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
    await interruptedStory(start)
  })

  test('stops a job in the middle of a model call when it is told to', async () => {
    await cancelStory(start)
  })

  test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
    await killStory(start, { jobs: 12, kills: 2 })
  })
})
