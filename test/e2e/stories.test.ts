import { afterEach, beforeEach, describe, test } from 'vitest'
import { apiStory } from './api-story.ts'
import { cancelStory, interruptedStory, killStory } from './kills.ts'
import { keyStory, keysByCli, keysOnD1 } from './key-story.ts'
import { Servers, startOn, startWorker } from './runtimes.ts'
import { newcomerStory } from './story.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

describe.each([
  { runtime: 'node', begin: startOn('node'), load: { jobs: 40, kills: 4 } },
  { runtime: 'deno', begin: startOn('deno'), load: { jobs: 12, kills: 2 } },
  { runtime: 'bun', begin: startOn('bun'), load: { jobs: 12, kills: 2 } },
  { runtime: 'cloudflare', begin: startWorker, load: { jobs: 12, kills: 2 } },
])('a real server on $runtime', ({ runtime, begin, load }) => {
  const start = (settings?: Readonly<Record<string, string>>) => begin(servers, settings)

  test('does what the README says', async () => {
    const server = await start()
    await newcomerStory(server.url, runtime)
  })

  test('keeps what its published contract promises', async () => {
    await apiStory(start)
  })

  test('lets nobody in with a key that is revoked', async () => {
    await keyStory(start, runtime === 'cloudflare' ? keysOnD1(servers) : keysByCli(servers))
  })

  test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
    await interruptedStory(start)
  })

  test('stops a job in the middle of a model call when it is told to', async () => {
    await cancelStory(start)
  })

  test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
    await killStory(start, load)
  })
})
