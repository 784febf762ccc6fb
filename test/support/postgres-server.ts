import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import type { PostgresAnswer, PostgresCommand } from './postgres-process.ts'

export interface PostgresOptions {
  /** By default without syncs, because no test loses power, and with connections for the servers of all tests at once. */
  readonly flags?: readonly string[]
  /** Where its folder is to be. */
  readonly parent?: string
}

const FOR_TESTS = ['-c', 'fsync=off', '-c', 'max_connections=500']

/** A real Postgres of our own, from an npm package, in a folder that is gone when it stops. */
export class PostgresServer {
  readonly port: number
  readonly #process: ChildProcess
  #databases = 0

  private constructor(port: number, child: ChildProcess) {
    this.port = port
    this.#process = child
  }

  static async start({ flags = FOR_TESTS, parent = tmpdir() }: PostgresOptions = {}): Promise<PostgresServer> {
    const port = await freePort()
    const args = [String(port), parent, ...flags]
    const child = fork(join(import.meta.dirname, 'postgres-process.ts'), args, { execArgv: [] })
    await answered(child)
    const server = new PostgresServer(port, child)
    await server.#do('start')
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

  /** All connections break and new ones are refused, until `resume()`. */
  async pause(): Promise<void> {
    await this.#do('pause')
  }

  async resume(): Promise<void> {
    await this.#do('start')
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.disconnect()
    await exited
  }

  async #do(command: PostgresCommand): Promise<void> {
    this.#process.send(command)
    await answered(this.#process)
  }
}

/** @throws Error with what the process says, or where it ends without an answer. */
async function answered(child: ChildProcess): Promise<void> {
  const answer = await new Promise<PostgresAnswer>((resolve, reject) => {
    const ended = (): void => {
      reject(new Error('The process of Postgres ended.'))
    }
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as PostgresAnswer)
    })
  })
  if (answer.error !== null) throw new Error(`Postgres: ${answer.error}`)
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
