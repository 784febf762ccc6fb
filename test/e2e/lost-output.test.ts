import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { freePort } from '#test/support/free-port.ts'
import { Servers, commandOn, startOn } from './runtimes.ts'
import { finished, submitCopy } from './story.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

describe.each(['node', 'deno', 'bun'] as const)('a server on %s whose output goes nowhere', (runtime) => {
  test('because its reader has gone, works on and stops in order', async () => {
    const server = await startOn(runtime)(servers)
    server.stopReading()
    await worksAt(server.url)
    expect(await server.kill('SIGTERM')).toBe(0)
  })

  test.skipIf(process.platform !== 'linux')('because the disk is full, starts, works and stops in order', async () => {
    const port = String(await freePort())
    const { command, ...rest } = commandOn(runtime, servers, { ERRAND_PORT: port })
    const full = ['bash', '-c', 'exec "$0" "$@" >/dev/full 2>&1', ...command] as const
    const server = servers.spawn({ ...rest, command: full })
    const url = `http://127.0.0.1:${port}`
    await eventually(() => fetch(`${url}/healthz`))
    await worksAt(url)
    server.signal('SIGTERM')
    expect(await server.exited).toBe(0)
  })
})

async function worksAt(url: string): Promise<void> {
  const { id } = await submitCopy(url, 'linen-apron')
  expect(await finished(url, id)).toMatchObject({ status: 'completed' })
}
