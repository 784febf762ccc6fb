import { afterAll, beforeAll, describe, test } from 'vitest'
import { ModelServer } from '#test/support/model-server.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { apiStory } from './api-story.ts'
import { cancelStory, interruptedStory, killStory, scheduleKillStory } from './kills.ts'
import { keyStory, keysByCli, keysOnD1 } from './key-story.ts'
import { Place, serversOfTest } from './place.ts'
import type { Servers } from './runtimes.ts'
import { newcomerStory } from './story.ts'

type Begin = (servers: Servers, settings?: Readonly<Record<string, string>>) => Promise<ServerProcess>

interface Load {
  readonly jobs: number
  readonly kills: number
}

interface Runtime {
  readonly runtime: 'node' | 'deno' | 'bun' | 'cloudflare'
  readonly begin: Begin
  readonly load: Load
  /** How many fire at once; absent where a runtime shares the engine of another one that has this test. */
  readonly schedules?: number
}

/** What a server does on every runtime. Each runtime has a test file of its own, so that they run side by side. */
export function describeStories({ runtime, begin, load, schedules = 0 }: Runtime): void {
  describe(`a real server on ${runtime}`, () => {
    let place: Place
    beforeAll(() => {
      place = new Place(begin)
    })
    afterAll(() => place.end())

    test('does what the README says', async () => {
      await newcomerStory((await place.server()).url, runtime)
    })

    test.runIf(schedules > 0)('fires each schedule once when it is killed while many are due', async () => {
      await scheduleKillStory(place, schedules)
    })

    test('keeps what its published contract promises', async () => {
      const servers = serversOfTest()
      await apiStory((settings) => begin(servers, settings))
    })

    test('refuses a key that is revoked', async () => {
      const servers = serversOfTest()
      const keys = runtime === 'cloudflare' ? keysOnD1(servers) : keysByCli(servers)
      await keyStory(await begin(servers), keys)
    })
  })

  describeKills(runtime, begin, load)
}

/** What a caller and `kill -9` do to a server in the middle of its work. */
export function describeKills(where: string, begin: Begin, load: Load): void {
  describe(`a real server on ${where} that asks a model`, () => {
    let models: ModelServer
    let place: Place
    beforeAll(async () => {
      models = await ModelServer.start()
      place = new Place((servers) => begin(servers, models.settings))
    })
    afterAll(async () => {
      await place.end()
      models.close()
    })

    test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
      await interruptedStory(place, models)
    })

    test('stops a job in the middle of a model call when a caller cancels it', async () => {
      await cancelStory(place, models)
    })

    test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
      await killStory(place, models, load)
    })
  })
}
