import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Servers, startNode } from './runtimes.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

const start = (env?: Readonly<Record<string, string>>) => startNode(servers, env)

describe('the Node server', () => {
  test('keeps what Node has compiled, also when it is killed and never comes to its end', async () => {
    const compiled = join(servers.folder, 'compiled')
    const server = await start({ NODE_COMPILE_CACHE: compiled })
    await fetch(`${server.url}/healthz`)
    await server.kill('SIGKILL')
    const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(100)
  })

  test('refuses a data directory that another server executes', async () => {
    await start()
    await expect(start()).rejects.toThrow('Another Errand server is using this data directory')
  })

  test('tells all mistakes in its settings at once and does not start', async () => {
    await expect(start({ ERRAND_PORT: 'x', ERRAND_CONCURRENCY: '-1' })).rejects.toThrow(
      /ended with code 1[^]*ERRAND_PORT[^]*ERRAND_CONCURRENCY/,
    )
  })

  test('says so when the address is taken', async () => {
    const server = await start()
    await expect(
      start({ ERRAND_PORT: new URL(server.url).port, ERRAND_DATA_DIR: join(servers.folder, 'other') }),
    ).rejects.toThrow('EADDRINUSE')
  })
})
