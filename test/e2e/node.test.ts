import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startHeldModel } from '#test/support/held-model.ts'
import { Servers, startNode } from './runtimes.ts'
import { finished, submitCopy } from './story.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

const start = (env?: Readonly<Record<string, string>>) => startNode(servers, env)

describe('the Node server', () => {
  test('drains on SIGTERM: what is in execution is finished, then the process ends', async () => {
    const model = await startHeldModel('linen-apron')
    const env = { OPENAI_COMPATIBLE_BASE_URL: model.url, ERRAND_MODEL: 'openai-compatible/fake' }
    const first = await start(env)
    const { id } = await submitCopy(first.url, 'linen-apron')
    await model.held(1)
    const ended = first.kill('SIGTERM')
    model.release()
    expect(await ended).toBe(0)

    const second = await start(env)
    expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
    model.close()
  })

  test('keeps what Node has compiled, also when it is killed and never comes to its end', async () => {
    const compiled = join(servers.folder, 'compiled')
    const server = await start({ NODE_COMPILE_CACHE: compiled })
    await fetch(`${server.url}/healthz`)
    await server.kill('SIGKILL')
    const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(100)
  })

  test('is not ready from when it is told to stop: whoever is in the middle of asking hears so', async () => {
    const server = await start()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    await once(socket, 'connect')
    // A request that has begun is let finish.
    socket.write('GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    await fetch(`${server.url}/healthz`)
    const ended = server.kill('SIGTERM')
    await vi.waitFor(() => {
      expect(server.output()).toContain('Stopping')
    })
    socket.write('\r\n')
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 503 [^]*"code":"stopping"/)
    socket.destroy()
    expect(await ended).toBe(0)
  })

  test('still takes requests for as long as it is told to, but is not ready; a second signal ends that', async () => {
    const server = await start({ ERRAND_DRAIN_SECONDS: '600' })
    const ended = server.kill('SIGTERM')
    await vi.waitFor(async () => {
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    })
    const { id } = await submitCopy(server.url, 'linen-apron')
    await server.kill('SIGTERM')
    expect(await ended).toBe(0)
    const next = await start()
    expect(await finished(next.url, id)).toMatchObject({ status: 'completed' })
  })

  test('goes on to take requests for no longer than it is told to', async () => {
    const server = await start({ ERRAND_DRAIN_SECONDS: '1' })
    expect(await server.kill('SIGTERM')).toBe(0)
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
