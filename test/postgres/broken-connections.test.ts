import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Notices } from '#adapters/postgres/notices.ts'
import { isOutage } from '#adapters/postgres/outage-retry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { Servers, startNode } from '#test/e2e/runtimes.ts'
import { type JobBody, finished, submitCopy } from '#test/e2e/story.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { startMuteProxy } from '#test/support/mute-proxy.ts'
import { PostgresServer, onDatabase } from '#test/support/postgres-server.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { openScene } from './scene.ts'

describe('a connection that breaks', () => {
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

  /** Every process that serves a connection of ours is gone at once, and Postgres recovers by itself. */
  async function crash(url: string): Promise<void> {
    const sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'errand' AND datname = $1"
    const database = new URL(url).pathname.slice(1)
    // A server may be served for a moment by a Postgres that has not noticed the crash before, and then recovers.
    const { rows } = await eventually(() =>
      onDatabase(postgres.url(), (client) => client.query<{ pid: number }>(sql, [database])),
    )
    for (const { pid } of rows) killBackend(pid)
  }

  /** After the first kill Postgres itself ends the other backends, which may then be gone already. */
  function killBackend(pid: number): void {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  test('with all others, in the middle of it all: the server lives, and jobs go on', async () => {
    const url = await postgres.createDatabase()
    const server = await startNode(servers, { ERRAND_DATABASE_URL: url })
    const jobs: JobBody[] = []
    for (let round = 0; round < 5; round++) {
      const submitted = Array.from({ length: 20 }, () => submitCopy(server.url, 'linen-apron'))
      await submitted[0]
      await crash(url)
      // Before the next crash: a submission waits 30 s for Postgres, which on a busy machine five recoveries can take.
      jobs.push(...(await Promise.all(submitted)))
    }
    for (const { id } of jobs) {
      expect(await finished(server.url, id)).toMatchObject({ status: 'completed' })
    }
    expect(await server.kill('SIGTERM')).toBe(0)
  })

  test('in the middle of a transaction ends that, and nothing else', async () => {
    const scene = await openScene(await postgres.createDatabase())
    const transaction = inTransaction(scene.pool, async (client) => {
      await client.query('SELECT 1')
      await crash(scene.url)
      await client.query('SELECT 1')
      return true
    })
    await expect(transaction).rejects.toSatisfy(isOutage)
    await scene.retry.keep(() => scene.pool.query('SELECT 1'))
    await scene.close()
  })

  test('when it was let go already, because nobody listens any more, disturbs nobody', async () => {
    const scene = await openScene(await postgres.createDatabase())
    const { pool, clock } = scene
    const held: pg.PoolClient[] = []
    pool.on('acquire', (client) => held.push(client))
    const notices = new Notices({ pool, clock, logger: silentLogger, name: 'one', onNotice: () => undefined })
    await notices.start()
    notices.close()
    expect(held[0]?.emit('error', new Error('terminating connection due to administrator command'))).toBe(true)
    await scene.close()
  })

  test('without a word, as in a failover: whoever has had no answer asks over another, and all is kept once', async () => {
    const proxy = await startMuteProxy(postgres.port)
    const url = new URL(await postgres.createDatabase())
    url.port = String(proxy.port)
    const scene = await openScene(url.href, { answerMs: 1000 })
    const { job, event, state } = submitted()
    await scene.store.create(job, event)
    proxy.mute()
    const begun = [started(T0)]
    const other = submitted()
    await Promise.all([scene.store.save(after(state, begun), begun), scene.store.create(other.job, other.event)])
    expect(await scene.store.events(job.id, 0)).toEqual([
      { seq: 1, event },
      { seq: 2, event: begun[0] },
    ])
    expect((await scene.store.get('acme', other.job.id))?.status).toBe('queued')
    proxy.close()
    await scene.close()
  })
})
