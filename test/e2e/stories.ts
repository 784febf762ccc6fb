import { afterEach, beforeEach, describe, test } from 'vitest'
import type { ServerProcess } from '#test/support/server-process.ts'
import { apiStory } from './api-story.ts'
import { cancelStory, interruptedStory, killStory, scheduleKillStory } from './kills.ts'
import { keyStory, keysByCli, keysOnD1 } from './key-story.ts'
import { Servers } from './runtimes.ts'
import { newcomerStory } from './story.ts'

interface Runtime {
  readonly runtime: 'node' | 'deno' | 'bun' | 'cloudflare'
  readonly begin: (servers: Servers, settings?: Readonly<Record<string, string>>) => Promise<ServerProcess>
  readonly load: { readonly jobs: number; readonly kills: number }
  /** How many fire at once; absent where a runtime shares the engine of another one that has this test. */
  readonly schedules?: number
}

/** What a server does on every runtime. Each runtime has a test file of its own, so that they run side by side. */
export function describeStories({ runtime, begin, load, schedules = 0 }: Runtime): void {
  let servers: Servers
  beforeEach(() => {
    servers = new Servers()
  })
  afterEach(() => servers.end())
  const start = (settings?: Readonly<Record<string, string>>) => begin(servers, settings)

  describe(`a real server on ${runtime}`, () => {
    test('does what the README says', async () => {
      const server = await start()
      await newcomerStory(server.url, runtime)
    })

    test('keeps what its published contract promises', async () => {
      await apiStory(start)
    })

    test('refuses a key that is revoked', async () => {
      await keyStory(start, runtime === 'cloudflare' ? keysOnD1(servers) : keysByCli(servers))
    })

    test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
      await interruptedStory(start)
    })

    test('stops a job in the middle of a model call when a caller cancels it', async () => {
      await cancelStory(start)
    })

    test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
      await killStory(start, load)
    })

    test.runIf(schedules > 0)('fires each schedule once when it is killed while many are due', async () => {
      await scheduleKillStory(start, schedules)
    })
  })
}
