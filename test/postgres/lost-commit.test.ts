import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { BATCH, counts, ended, filled, items, take } from '#test/contracts/batch-scene.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
})
afterAll(() => scene.close())

/** The scene's connections, each of which breaks once its COMMIT has been sent; the answer is lost. */
function breaking(counts: { commits: number }): pg.Pool {
  const connect = async (): Promise<unknown> => {
    const client = await scene.pool.connect()
    const query = async (text: string | pg.QueryConfig): Promise<pg.QueryResult> => {
      const result = await client.query(text as string)
      if (text !== 'COMMIT') return result
      counts.commits++
      throw new Error('Connection terminated unexpectedly')
    }
    return {
      query,
      release: (broken: boolean) => {
        client.release(broken)
      },
    }
  }
  return { connect, query: (config: pg.QueryConfig) => scene.pool.query(config) } as unknown as pg.Pool
}

test('a batch whose COMMIT is not answered is an outage, and is not repeated', async () => {
  const counts = { commits: 0 }
  const db = new PostgresDatabase(breaking(counts), scene.retry)
  const sql = "INSERT INTO gone_receivers (tenant_id, url, gone_at) VALUES ('acme', 'https://a.example/', 1)"
  await expect(db.batch([{ sql, params: [] }])).rejects.toMatchObject({
    code: 'storage_unavailable',
    retryable: true,
    retryAfterMs: 5000,
  })
  expect(counts.commits).toBe(1)
  expect(await scene.db.query('SELECT url FROM gone_receivers')).toHaveLength(1)
})

test('items are taken, and their ends counted, though no COMMIT is answered', async () => {
  await filled(new SqlBatchItems(scene.db), items(3), 2)
  const broken = new SqlBatchItems(new PostgresDatabase(breaking({ commits: 0 }), scene.retry))
  expect((await take(broken)).map(({ line }) => line)).toEqual([1, 2])
  await broken.end(BATCH.id, [ended(1)])
  expect(await counts(broken)).toEqual({ pending: 1, running: 1, completed: 1 })
})
