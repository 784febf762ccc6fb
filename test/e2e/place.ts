import { onTestFinished } from 'vitest'
import type { ServerProcess } from '#test/support/server-process.ts'
import { Servers } from './runtimes.ts'

/** Where stories take place one after the other: a store, and the server over it. */
export class Place {
  readonly #servers = new Servers()
  readonly #start: (servers: Servers) => Promise<ServerProcess>
  #running: ServerProcess | null = null

  constructor(start: (servers: Servers) => Promise<ServerProcess>) {
    this.#start = start
  }

  /** The server that runs here; where none does, a new one over what the last one stored. */
  async server(): Promise<ServerProcess> {
    this.#running ??= await this.#start(this.#servers)
    return this.#running
  }

  async kill(): Promise<void> {
    await this.#running?.kill('SIGKILL')
    this.#running = null
  }

  end(): Promise<void> {
    return this.#servers.end()
  }
}

/** Servers that end with the test that asks for them. */
export function serversOfTest(): Servers {
  const servers = new Servers()
  onTestFinished(() => servers.end())
  return servers
}
