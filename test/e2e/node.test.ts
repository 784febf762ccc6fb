import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startHeldModel } from '#test/support/held-model.ts'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'
import { cancelStory, interruptedStory, killStory } from './kills.ts'
import { finished, newcomerStory, submitCopy } from './story.ts'

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

async function start(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await startServer({
    args: ['composition/node.ts'],
    env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder, ...env },
    ready: /listens on (\S+)/,
  })
  servers.push(server)
  return server
}

describe('the Node server', () => {
  test('does what the README says', async () => {
    const server = await start()
    await newcomerStory(server.url, 'node')
  })

  test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
    await interruptedStory(start)
  })

  test('stops a job in the middle of a model call when it is told to', async () => {
    await cancelStory(start)
  })

  test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
    await killStory(start, { jobs: 40, kills: 4 })
  })

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
      start({ ERRAND_PORT: new URL(server.url).port, ERRAND_DATA_DIR: join(folder, 'other') }),
    ).rejects.toThrow('EADDRINUSE')
  })
})
