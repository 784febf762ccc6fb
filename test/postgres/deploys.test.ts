import { afterEach, beforeEach, expect, test } from 'vitest'
import { deploy, deployStory, submit } from '#test/e2e/deploy-story.ts'
import { Servers } from '#test/e2e/runtimes.ts'
import { finished } from '#test/e2e/story.ts'
import { emptyDatabase } from './scene.ts'

let servers: Servers
let settings: Readonly<Record<string, string>>

beforeEach(async () => {
  servers = new Servers()
  // A lease that no busy machine can let lapse.
  settings = { ERRAND_DATABASE_URL: await emptyDatabase(), ERRAND_LEASE_SECONDS: '3600' }
})
afterEach(() => servers.end())

test('of an old server and a new one, each does what it knows, and no job fails', async () => {
  const [old, next] = await Promise.all([deploy(servers, 'alpha', settings), deploy(servers, 'alpha,beta', settings)])
  const ids = await Promise.all(Array.from({ length: 24 }, (_, n) => submit(next, n % 2 === 0 ? 'alpha' : 'beta')))
  const ends = await Promise.all(ids.map((id) => finished(old.url, id)))
  expect(ends.map(({ status, attempt }) => [status, attempt])).toEqual(ids.map(() => ['completed', 1]))
})

test('a job that only the old server is there for waits until a new one is', async () => {
  const away = { ERRAND_MODEL: 'openai-compatible/away', OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:9/v1' }
  const first = await deploy(servers, 'alpha,beta', { ...settings, ...away })
  const id = await submit(first, 'beta')
  await first.kill('SIGKILL')
  const old = await deploy(servers, 'alpha', settings)
  await deployStory(id, old, () => deploy(servers, 'alpha,beta', settings))
})
