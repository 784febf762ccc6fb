import { match, strictEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { eventually } from '#test/support/eventually.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { Caller } from './caller.ts'
import { type Servers, WRANGLER, WRANGLER_ENV } from './runtimes.ts'

type Env = Readonly<Record<string, string>>

/** Where a server's keys are stored, as whoever runs it changes them. */
export interface StoredKeys {
  /** Shows the key. */
  create(): Promise<string>
  revoke(id: string): Promise<void>
}

async function run(args: readonly string[], env: Env): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } })
}

/** In the database that `env` names, by default the data directory of these servers. */
export function keysByCli(servers: Servers, env: Env = {}): StoredKeys {
  const errand = (...args: readonly string[]) =>
    run(['composition/cli/cli.js', 'keys', ...args], { ERRAND_DATA_DIR: servers.folder, ...env })
  return {
    create: async () => (await errand('create', '--tenant', 'acme')).stdout.trim(),
    revoke: async (id) => {
      await errand('revoke', id)
    },
  }
}

/** In the D1 database of these Workers. */
export function keysOnD1(servers: Servers): StoredKeys {
  const errand = (...args: readonly string[]) => run(['composition/cli/cli.js', 'keys', ...args, '--sql'], {})
  const execute = async (sql: string): Promise<void> => {
    const place = ['--local', '--persist-to', servers.folder]
    const config = ['--config', 'examples/shop/wrangler.toml']
    await run([WRANGLER, 'd1', 'execute', 'errand', ...config, ...place, '--command', sql], WRANGLER_ENV)
  }
  return {
    create: async () => {
      const { stdout, stderr } = await errand('create', '--tenant', 'acme')
      await execute(stdout)
      return /^errand_\w+$/m.exec(stderr)?.[0] ?? ''
    },
    revoke: async (id) => {
      await execute((await errand('revoke', id)).stdout)
    },
  }
}

/** From the first key on nobody is let in without one; and where it is revoked, nobody at all. */
export async function keyStory(server: ServerProcess, keys: StoredKeys): Promise<void> {
  const stranger = async (): Promise<number> => (await fetch(`${server.url}/jobs`)).status
  strictEqual(await stranger(), 200)
  const key = await keys.create()
  match(key, /^errand_[0-9a-f]{16}_[0-9a-f]{72}$/)
  const caller = new Caller(() => server, key)
  const becomes = (status: number, asked: () => Promise<number>): Promise<void> =>
    eventually(async () => {
      strictEqual(await asked(), status)
    })
  const mine = async (): Promise<number> => (await caller.ask('GET', '/jobs')).status
  await becomes(200, mine)
  await becomes(401, stranger)
  strictEqual((await caller.submit('enamel-mug', {}, { prefer: 'wait=60' })).status, 200)
  await keys.revoke(key.split('_')[1] ?? '')
  await becomes(401, mine)
  strictEqual((await caller.submit('enamel-mug')).status, 401)
  strictEqual(await stranger(), 401)
}
