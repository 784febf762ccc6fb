import { beforeAll, describe, expect, test } from 'vitest'
import { apiStory } from '#test/e2e/api-story.ts'
import { keyStory, keysByCli } from '#test/e2e/key-story.ts'
import { serversOfTest } from '#test/e2e/place.ts'
import { startNode } from '#test/e2e/runtimes.ts'
import { describeKills } from '#test/e2e/stories.ts'
import { newcomerStory } from '#test/e2e/story.ts'
import { emptyDatabase } from './scene.ts'

/** With a lease that no test would wait for, and no busy machine can let lapse. */
const on = (url: string) => ({ ERRAND_DATABASE_URL: url, ERRAND_LEASE_SECONDS: '3600' })

describe('a real server on Postgres', () => {
  test('does what the README says', async () => {
    const url = await emptyDatabase()
    const server = await startNode(serversOfTest(), on(url))
    await newcomerStory(server.url, 'node')
    expect(server.output()).toContain(`postgres at ${new URL(url).host}`)
    expect(server.output()).not.toContain('secret')
  })

  test('keeps what its published contract promises', async () => {
    const servers = serversOfTest()
    const url = await emptyDatabase()
    await apiStory((settings) => startNode(servers, { ...on(url), ...settings }))
  })

  test('refuses a key that is revoked', async () => {
    const servers = serversOfTest()
    const url = await emptyDatabase()
    await keyStory(await startNode(servers, on(url)), keysByCli(servers, { ERRAND_DATABASE_URL: url }))
  })

  test('says what is wrong with a database that it cannot use, and not its password', async () => {
    const servers = serversOfTest()
    const wrong = new URL(await emptyDatabase())
    wrong.pathname = 'nowhere'
    await expect(startNode(servers, on(wrong.href))).rejects.toThrow(
      /Cannot use the database of ERRAND_DATABASE_URL: .*nowhere/,
    )
    await expect(startNode(servers, on('mysql://root:hunter2@localhost/x'))).rejects.toThrow(
      /^(?!.*hunter2)[^]*ERRAND_DATABASE_URL must look like/,
    )
  })
})

let url: string
beforeAll(async () => {
  url = await emptyDatabase()
})
describeKills('Postgres', (servers, settings) => startNode(servers, { ...on(url), ...settings }), {
  jobs: 40,
  kills: 3,
})
