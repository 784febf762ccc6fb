// A Postgres of its own, with its default durability, and so many real servers on it (BENCH_SERVERS). It comes from npm, or is the system's, whose
// programs are in BENCH_POSTGRES_BIN.

import { spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresServer } from '#test/support/postgres-server.ts'
import { startSystemPostgres } from './system-postgres.ts'

const folder = process.env['ERRAND_DATA_DIR'] ?? ''
// Postgres does not run as root: there it is another user's process, which must get into it.
chmodSync(folder, 0o755)
const bin = process.env['BENCH_POSTGRES_BIN'] ?? ''
const database =
  bin === ''
    ? (await PostgresServer.start({ flags: [], parent: folder })).url()
    : await startSystemPostgres(bin, folder)

const env = { ...process.env, ERRAND_DATABASE_URL: database }
process.stdout.write('prepared\n')
const urls: string[] = []
for (let left = Number(process.env['BENCH_SERVERS'] ?? 1); left > 0; left--) urls.push(await startServer())
process.stdout.write(`listens on ${urls.join(',')}\n`)

function startServer(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'errand.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  return new Promise((resolve, reject) => {
    child.on('exit', () => {
      reject(new Error(`A server ended: ${printed}`))
    })
    child.stdout.on('data', (chunk: Buffer) => {
      if (printed.length < 10_000) printed += chunk.toString()
      const url = /listens on (\S+)/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
