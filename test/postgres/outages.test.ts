import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { migrateAll } from '#adapters/postgres/migrate.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { finished, submitCopy } from '#test/e2e/story.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { heldModel } from '#test/support/held-model.ts'
import { ModelServer } from '#test/support/model-server.ts'
import { PostgresServer, onDatabase } from '#test/support/postgres-server.ts'
import { type Scene, armedAt, emptyDatabase, openScene } from './scene.ts'

describe('a database that goes away', () => {
  let postgres: PostgresServer
  let servers: Servers

  beforeAll(async () => {
    postgres = await PostgresServer.start()
  })
  afterAll(() => postgres.stop())
  beforeEach(() => {
    servers = new Servers()
  })
  afterEach(() => servers.end())

  async function jobInExecution() {
    const url = await postgres.createDatabase()
    const models = await ModelServer.start()
    onTestFinished(() => {
      models.close()
    })
    const model = models.play(heldModel())
    const server = await startNode(servers, {
      ERRAND_DATABASE_URL: url,
      // However long Postgres takes to come back.
      ERRAND_LEASE_SECONDS: '3600',
      ...models.settings,
    })
    const { id } = await submitCopy(server.url, 'linen-apron')
    await model.held(1)
    return { url, model, server, id }
  }

  test('and comes back while a model answers: the answer is kept, and no call is made again', async () => {
    const { model, server, id } = await jobInExecution()
    await postgres.pause()
    model.release()
    // Asked for while nobody is there: it waits.
    const asked = fetch(`${server.url}/jobs/${id}`)
    const other = submitCopy(server.url, 'enamel-mug')
    await postgres.resume()
    expect((await asked).status).toBe(200)
    expect(await finished(server.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
    expect(await finished(server.url, (await other).id)).toMatchObject({ status: 'completed' })
    expect(model.requests(1)).toBeGreaterThanOrEqual(1)
  })

  test('is told to whoever asks whether the server is ready, and so is that it is back', async () => {
    const server = await startNode(servers, { ERRAND_DATABASE_URL: await postgres.createDatabase() })
    const becomes = (status: number): Promise<string> =>
      eventually(async () => {
        const response = await fetch(`${server.url}/readyz`)
        expect(response.status).toBe(status)
        return response.text()
      })
    await becomes(200)
    await postgres.pause()
    const problem = await becomes(503)
    expect(JSON.parse(problem)).toMatchObject({ code: 'storage_unavailable' })
    expect(problem).not.toMatch(/secret|127\.0\.0\.1|ECONNREFUSED/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await postgres.resume()
    await becomes(200)
  })

  test('connection by connection, all of them broken at once: jobs go on', async () => {
    const { url, model, server, id } = await jobInExecution()
    await onDatabase(postgres.url(), (client) =>
      client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        new URL(url).pathname.slice(1),
      ]),
    )
    model.release()
    expect(await finished(server.url, id)).toMatchObject({ status: 'completed', attempt: 1 })
    expect([model.requests(0), model.requests(1)]).toEqual([1, 1])
  })
})

describe('a connection', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene(await emptyDatabase())
  })
  beforeEach(() => scene.empty())
  afterAll(() => scene.close())

  /** A store over connections of which one breaks at the first commit, after or before the server has heard of it. */
  function storeOver(committed: boolean): PostgresJobStore {
    let broken = false
    const breakAt = async (commit: () => Promise<unknown>, instead: () => Promise<unknown>): Promise<never> => {
      broken = true
      await (committed ? commit() : instead())
      throw new Error('Connection terminated unexpectedly')
    }
    const client = (real: pg.PoolClient) => ({
      release: real.release.bind(real),
      query: (query: string) =>
        query !== 'COMMIT' || broken
          ? real.query(query)
          : breakAt(
              () => real.query('COMMIT'),
              () => real.query('ROLLBACK'),
            ),
    })
    const pool = {
      connect: async () => client(await scene.pool.connect()),
      // A statement alone is a commit of its own.
      query: (query: pg.QueryConfig) =>
        query.name?.startsWith('errand_write') !== true || broken
          ? scene.pool.query(query)
          : breakAt(
              () => scene.pool.query(query),
              () => Promise.resolve(),
            ),
    }
    return new PostgresJobStore({
      pool: pool as unknown as pg.Pool,
      retry: scene.retry,
      saveRetry: scene.retry,
      workers: scene.workers,
      known: new Map(),
    })
  }

  test.each([{ committed: true }, { committed: false }])(
    'that breaks in the middle of a commit (kept: $committed) loses nothing, writes nothing twice and tells nobody of a conflict',
    async ({ committed }) => {
      const { job, event, state } = submitted()
      expect(await storeOver(committed).create(job, event)).toEqual({ job, created: true })
      const begun = [started(T0)]
      await storeOver(committed).save(after(state, begun), begun)
      expect(await scene.store.events(job.id, 0)).toEqual([
        { seq: 1, event },
        { seq: 2, event: begun[0] },
      ])
      expect(await armedAt(scene, job.id)).toBe(T0 + 30_000)
      const others = [started(T0 + 1)]
      await expect(storeOver(committed).save(after(state, others), others)).rejects.toThrow(VersionConflictError)
    },
  )

  test('is waited for when all of them are taken', async () => {
    const taken = await Promise.all(Array.from({ length: 10 }, () => scene.pool.connect()))
    const { job, event } = submitted()
    const created = scene.store.create(job, event)
    const listed = scene.index.list({ tenantId: 'acme', filter: {}, size: 5, after: null })
    for (const client of taken) client.release()
    expect((await created).created).toBe(true)
    expect((await listed).jobs.length).toBeLessThanOrEqual(1)
  })
})

test('migrations can be run by two at once, and again', async () => {
  const url = await emptyDatabase()
  const scenes = await Promise.all([openScene(url), openScene(url), openScene(url)])
  const [one] = scenes
  const versions = await one.db.query('SELECT name, version FROM schema_versions ORDER BY name')
  await migrateAll({ pool: one.pool, retry: one.retry, schemas: SCHEMAS })
  expect(await one.db.query('SELECT name, version FROM schema_versions ORDER BY name')).toEqual(versions)
  expect(versions.map(({ name }) => name)).toEqual(['postgres', ...SCHEMAS.map(({ name }) => name)].sort())
  await Promise.all(scenes.map((scene) => scene.close()))
})
