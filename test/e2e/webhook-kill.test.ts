import { afterEach, beforeEach, test } from 'vitest'
import { Servers } from './runtimes.ts'
import { webhookKillStory } from './webhook-kill.ts'

let servers: Servers

beforeEach(() => {
  servers = new Servers()
})

afterEach(() => servers.end())

test('a server that is killed twice in a storm of webhooks: each event leads to one job', async () => {
  const start = () =>
    servers.start({
      command: [process.execPath, 'test/e2e/storm-server.ts'],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: servers.folder },
      ready: /listens on (\S+)/,
    })
  await webhookKillStory(start, 150)
})
