import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { freePort } from '#test/support/free-port.ts'

/** Where Debian and its kin keep their Postgres, a folder for each version. */
const VERSIONS = '/usr/lib/postgresql'
const TRY_EVERY_MS = 50

/** The programs of the newest Postgres that the system has, or `null`. */
export function systemPostgres(): string | null {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : []
  return (
    versions.map((version) => join(VERSIONS, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null
  )
}

/** Starts it with a new folder in `parent`, as it comes: with its default durability, and with JIT. It ends with this process. Its URL. */
export async function startSystemPostgres(bin: string, parent: string): Promise<string> {
  const data = join(parent, 'system-postgres')
  mkdirSync(data, { mode: 0o700 })
  const user = nonRoot()
  if (user) chownSync(data, user.uid, user.gid)
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust'], {
    stdio: 'ignore',
    cwd: '/',
    ...user,
  })
  const port = String(await freePort())
  const args = ['-D', data, '-p', port, '-k', '', '-h', '127.0.0.1']
  const server = spawn(join(bin, 'postgres'), args, { stdio: 'ignore', cwd: '/', ...user })
  const ended = once(server, 'exit').then(() => {
    throw new Error(`${bin}/postgres ended while it started.`)
  })
  await Promise.race([ended, untilReady(bin, port)])
  ended.catch(() => undefined)
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

async function untilReady(bin: string, port: string): Promise<void> {
  for (;;) {
    const asked = spawn(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', port], { stdio: 'ignore' })
    await once(asked, 'exit')
    if (asked.exitCode === 0) return
    await rest(TRY_EVERY_MS)
  }
}

/** Postgres does not run as root: for root it runs as the user that its package has made. */
function nonRoot(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
