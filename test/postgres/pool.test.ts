import { createServer, type AddressInfo } from 'node:net'
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

test('each connection finds our tables, plans for indexes and compiles nothing', async () => {
  const pool = open(inject('postgresUrl'))
  const one = async (): Promise<unknown> => {
    const text = `SELECT current_setting('search_path') AS path, current_setting('enable_seqscan') AS scans, current_setting('jit') AS jit, pg_sleep(0.01)`
    return (await pool.query<Record<string, string>>(text)).rows[0]
  }
  const settings = { path: 'errand', scans: 'off', jit: 'off', pg_sleep: '' }
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
