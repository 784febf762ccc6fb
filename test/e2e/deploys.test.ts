import { afterEach, beforeEach, test } from 'vitest'
import { deploy, deployStory, submit } from './deploy-story.ts'
import { Servers } from './runtimes.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})
afterEach(() => servers.end())

test('on SQLite, a job waits for its agent, which a restart has taken away and another brings back', async () => {
  // Nothing listens there: the job waits to ask its model again.
  const away = { ERRAND_MODEL: 'openai-compatible/away', OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:9/v1' }
  const first = await deploy(servers, 'alpha,beta', away)
  const id = await submit(first, 'beta')
  await first.kill('SIGKILL')
  const old = await deploy(servers, 'alpha', {})
  await deployStory(id, old, async () => {
    await old.kill('SIGTERM')
    return deploy(servers, 'alpha,beta', {})
  })
})
