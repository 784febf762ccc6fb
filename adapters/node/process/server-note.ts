import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from './start-error.ts'

const FILE = 'server.json'

/** Leaves word in a data directory of where its server listens, for the command line. @returns takes it back. */
export function noteServer(dataDir: string, url: string): () => void {
  const file = join(dataDir, FILE)
  try {
    writeFileSync(file, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 })
  } catch {
    // A full disk: the server serves all the same, and the command line takes the usual address.
  }
  return () => {
    rmSync(file, { force: true })
  }
}

/** Where the server of a data directory listens; `null` where none does, also after it was killed. */
export function notedServer(dataDir: string): string | null {
  try {
    const { url, pid } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as { url: string; pid: number }
    return isAlive(pid) ? url : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // The process of another user is one too.
    return systemCode(error) === 'EPERM'
  }
}
