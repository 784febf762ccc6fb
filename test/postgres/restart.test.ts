import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { finished, submitCopy } from '#test/e2e/story.ts'
import { type HeldModel, heldModel } from '#test/support/held-model.ts'
import { ModelServer } from '#test/support/model-server.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { emptyDatabase } from './scene.ts'

const RESUMING = 'Resuming jobs that an earlier process left unfinished.'

let servers: Servers
let url: string
let models: ModelServer
let model: HeldModel

beforeEach(async () => {
  servers = new Servers()
  url = await emptyDatabase()
  models = await ModelServer.start()
  model = models.play(heldModel())
})

afterEach(async () => {
  await servers.end()
  models.close()
})

/** With a lease that no test would wait for. */
function start(settings: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  return startNode(servers, {
    ERRAND_DATABASE_URL: url,
    ERRAND_LEASE_SECONDS: '3600',
    ...models.settings,
    ...settings,
  })
}

test('a server that was killed goes on when it is started again, whatever is left of its lease', async () => {
  const first = await start()
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  await first.kill('SIGKILL')
  model.release()
  const second = await start()
  expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 2 })
  expect(second.output()).toContain(RESUMING)
  // The answer that was known is not asked for again; the one that was under way is.
  expect([model.requests(0), model.requests(1)]).toEqual([1, 2])
})

test.each([
  ['in the same data directory', '.'],
  ['in a data directory of its own', 'other'],
])(
  'a server whose connections break, and that lives, keeps its jobs when another starts %s',
  async (_where, folder) => {
    const first = await start()
    const { id } = await submitCopy(first.url, 'linen-apron')
    await model.held(1)
    await onDatabase(url, (client) =>
      client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    )
    const second = await start({ ERRAND_DATA_DIR: join(servers.folder, folder) })
    // It listens when it has looked for what was left behind.
    expect(second.output()).not.toContain(RESUMING)
    model.release()
    expect(await finished(second.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
    expect([model.requests(0), model.requests(1)]).toEqual([1, 1])
  },
)
