import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiStory } from '#test/e2e/api-story.ts'
import { cancelStory, interruptedStory, killStory } from '#test/e2e/kills.ts'
import { keyStory, keysByCli } from '#test/e2e/key-story.ts'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { newcomerStory } from '#test/e2e/story.ts'
import { emptyDatabase } from './scene.ts'

let servers: Servers
let url: string

beforeEach(async () => {
  servers = new Servers()
  url = await emptyDatabase()
})

afterEach(() => servers.end())

/** With a lease that no test would wait for, and no busy machine can let lapse. */
const start = (settings: Readonly<Record<string, string>> = {}) =>
  startNode(servers, { ERRAND_DATABASE_URL: url, ERRAND_LEASE_SECONDS: '3600', ...settings })

describe('a real server on Postgres', () => {
  test('does what the README says', async () => {
    const server = await start()
    await newcomerStory(server.url, 'node')
    expect(server.output()).toContain(`postgres at ${new URL(url).host}`)
    expect(server.output()).not.toContain('secret')
  })

  test('keeps what its published contract promises', async () => {
    await apiStory(start)
  })

  test('refuses a key that is revoked', async () => {
    await keyStory(start, keysByCli(servers, { ERRAND_DATABASE_URL: url }))
  })

  test('finishes a job after kill -9, without asking the model again what it had answered', async () => {
    await interruptedStory(start)
  })

  test('stops a job in the middle of a model call when a caller cancels it', async () => {
    await cancelStory(start)
  })

  test('loses nothing and repeats nothing that is known when it is killed again and again under load', async () => {
    await killStory(start, { jobs: 40, kills: 3 })
  })

  test('says what is wrong with a database that it cannot use, and not its password', async () => {
    const wrong = new URL(url)
    wrong.pathname = 'nowhere'
    await expect(start({ ERRAND_DATABASE_URL: wrong.href })).rejects.toThrow(
      /Cannot use the database of ERRAND_DATABASE_URL: .*nowhere/,
    )
    await expect(start({ ERRAND_DATABASE_URL: 'mysql://root:hunter2@localhost/x' })).rejects.toThrow(
      /^(?!.*hunter2)[^]*ERRAND_DATABASE_URL must look like/,
    )
  })
})
