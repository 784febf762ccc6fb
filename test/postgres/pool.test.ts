import { createServer, type AddressInfo } from 'node:net'
import type pg from 'pg'
import { afterEach, expect, inject, test } from 'vitest'
import { createPool } from '#adapters/postgres/pool.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function open(url: string) {
  const pool = createPool({ url, connections: 2, answerMs: 0 })
  closing.push(() => pool.end())
  return pool
}

test('each connection finds our tables, plans for indexes, once, and compiles nothing', async () => {
  const pool = open(inject('postgresUrl'))
  const one = async (): Promise<unknown> => {
    const text = `SELECT current_setting('search_path') AS path, current_setting('enable_seqscan') AS scans, current_setting('jit') AS jit, current_setting('plan_cache_mode') AS plans, pg_sleep(0.01)`
    return (await pool.query<Record<string, string>>(text)).rows[0]
  }
  const settings = { path: 'errand', scans: 'off', jit: 'off', plans: 'force_generic_plan', pg_sleep: '' }
  expect(await Promise.all([one(), one()])).toEqual([settings, settings])
})

test('a connection begins with nothing that a pooler would refuse', async () => {
  const first = Promise.withResolvers<Buffer>()
  const pooler = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      first.resolve(bytes)
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve))
  closing.push(() => pooler.close())
  const { port } = pooler.address() as AddressInfo
  const asked = open(`postgres://shop:secret@127.0.0.1:${String(port)}/shop`).query('SELECT 1')
  await expect(asked).rejects.toThrow()
  // Names and values in turn, each with a zero at its end, after the length and the version.
  const parameters = (await first.promise)
    .subarray(8)
    .toString()
    .split('\0')
    .filter((_, index) => index % 2 === 0)
  expect(new Set(parameters)).toEqual(new Set(['user', 'database', 'application_name', 'client_encoding', '']))
})

test('a connection plans a text once, and keeps no more plans than it may, however many texts there are', async () => {
  const pool = createPool({ url: inject('postgresUrl'), connections: 1, answerMs: 0 })
  closing.push(() => pool.end())
  const planned = async (): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>('SELECT count(*) AS n FROM pg_prepared_statements')
    return rows[0]?.n ?? 0
  }
  const ask = (n: number): Promise<pg.QueryResult<{ sum: number }>> =>
    pool.query({ text: `SELECT $1::int + ${String(n)} AS sum`, values: [1] })
  for (let times = 0; times < 3; times++) expect((await ask(1)).rows).toEqual([{ sum: 2 }])
  expect(await planned()).toBe(1)
  // At once: they are on their way together.
  const sums = await Promise.all(Array.from({ length: 300 }, (_, n) => ask(n)))
  expect(sums.map(({ rows }) => rows[0]?.sum)).toEqual(sums.map((_, n) => n + 1))
  expect(await planned()).toBe(64)
  expect(await rememberedBy(pool)).toBeLessThanOrEqual(64)
  expect((await ask(1)).rows).toEqual([{ sum: 2 }])
})

/** How many statements the driver remembers on the one connection of the pool. */
async function rememberedBy(pool: pg.Pool): Promise<number> {
  const client = (await pool.connect()) as pg.PoolClient & {
    readonly connection: { readonly parsedStatements: object }
  }
  client.release()
  return Object.keys(client.connection.parsedStatements).length
}
