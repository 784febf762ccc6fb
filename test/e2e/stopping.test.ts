import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { heldModel } from '#test/support/held-model.ts'
import { ModelServer } from '#test/support/model-server.ts'
import type { NodeLikeName } from '#test/support/node-like.ts'
import type { StartedProcess } from '#test/support/server-process.ts'
import { Servers, commandOn, startNode, startOn } from './runtimes.ts'
import { finished, submitCopy } from './story.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

const start = (env?: Readonly<Record<string, string>>) => startNode(servers, env)

describe('a server that is told to stop', () => {
  test('drains on SIGTERM: what is in execution is finished, then the process ends', async () => {
    const models = await ModelServer.start()
    const model = models.play(heldModel())
    const first = await start(models.settings)
    const { id } = await submitCopy(first.url, 'linen-apron')
    await model.held(1)
    const ended = first.kill('SIGTERM')
    model.release()
    expect(await ended).toBe(0)

    const second = await start(models.settings)
    expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
    models.close()
  })

  test('is not ready from when it is told to stop: whoever is in the middle of asking hears so', async () => {
    const server = await start()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    await once(socket, 'connect')
    // A request that has begun is let finish.
    socket.write('GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    await fetch(`${server.url}/healthz`)
    const ended = server.kill('SIGTERM')
    await eventually(() => {
      expect(server.output()).toContain('Stopping')
    })
    socket.write('\r\n')
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 503 [^]*"code":"stopping"/)
    socket.destroy()
    expect(await ended).toBe(0)
  })

  test('still takes requests for as long as it is told to, but is not ready', async () => {
    const server = await start({ ERRAND_DRAIN_SECONDS: '600' })
    server.signal('SIGTERM')
    await eventually(async () => {
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    })
    const { id } = await submitCopy(server.url, 'linen-apron')
    await server.kill('SIGKILL')
    const next = await start()
    expect(await finished(next.url, id)).toMatchObject({ status: 'completed' })
  })

  test('goes on to take requests for no longer than it is told to', async () => {
    const server = await start({ ERRAND_DRAIN_SECONDS: '1' })
    expect(await server.kill('SIGTERM')).toBe(0)
  })

  test.each<NodeLikeName>(['node', 'deno', 'bun'])('on %s right after it listens, stops in order', async (runtime) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const server = await startOn(runtime)(servers)
      server.signal(signal)
      expect(await server.exited).toBe(0)
      expect(server.output()).toContain('"Stopped."')
    }
  })

  test.each<NodeLikeName>(['node', 'deno', 'bun'])('on %s while it starts, begins nothing', async (runtime) => {
    // A database that accepts connections and never answers.
    const database = createServer().listen(0, '127.0.0.1')
    await once(database, 'listening')
    const { port } = database.address() as AddressInfo
    const asked = once(database, 'connection')
    const url = `postgres://errand@127.0.0.1:${String(port)}/errand`
    const server = servers.spawn(commandOn(runtime, servers, { ERRAND_DATABASE_URL: url }))
    await asked
    server.signal('SIGTERM')
    await expect(server.listening).rejects.toThrow(/ended with code 0:[^]*Stopped while starting/)
    database.close()
  })

  test('under npm, with its whole process group: the copies of the signal end nothing', async () => {
    const server = await servers.start({
      command: ['npm', 'start'],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: servers.folder, ERRAND_DRAIN_SECONDS: '600' },
      ready: /listens on (\S+)/,
    })
    server.signal('SIGINT')
    await eventually(() => {
      expect(server.output()).toContain('Stopping: ')
    })
    // What npm forwards may have been pending together with the first, which makes them one.
    server.signal('SIGINT')
    await eventually(() => {
      expect(server.output()).toContain('it belongs to the same request to stop')
    })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await untilGone(server, 'SIGINT')
    expect(server.output()).toMatch(/Stopping at once[^]*"Stopped."/)
  })

  test('twice, stops at once: what is in execution is let go of, and goes on at the next start', async () => {
    const models = await ModelServer.start()
    const model = models.play(heldModel())
    const first = await start({ ...models.settings, ERRAND_DRAIN_SECONDS: '600' })
    const { id } = await submitCopy(first.url, 'linen-apron')
    await model.held(1)
    expect(await untilGone(first, 'SIGTERM')).toBe(0)
    model.release()
    const second = await start(models.settings)
    expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 2 })
    models.close()
  })
})

/** Signals again and again: those within three seconds of the first belong to it, a later one is a request of its own. */
async function untilGone(server: StartedProcess, signal: NodeJS.Signals): Promise<number | null> {
  const again = setInterval(() => {
    server.signal(signal)
  }, 100)
  const code = await server.exited
  clearInterval(again)
  return code
}
