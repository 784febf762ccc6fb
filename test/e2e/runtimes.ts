import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NODE_LIKE, type NodeLikeName } from '#test/support/node-like.ts'
import {
  type ServerCommand,
  type ServerProcess,
  type StartedProcess,
  spawnServer,
  startServer,
} from '#test/support/server-process.ts'

export const WRANGLER = 'node_modules/wrangler/bin/wrangler.js'
export const WRANGLER_ENV = {
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

type Env = Readonly<Record<string, string>>

/** Real servers over one folder of their own; all that were started are gone after `end()`. */
export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'errand-'))
  readonly #started: StartedProcess[] = []

  async start(command: ServerCommand): Promise<ServerProcess> {
    const server = await startServer(command)
    this.#started.push(server)
    return server
  }

  /** Does not wait until it listens. */
  spawn(command: ServerCommand): StartedProcess {
    const started = spawnServer(command)
    this.#started.push(started)
    return started
  }

  async end(): Promise<void> {
    for (const { signal, exited } of this.#started) {
      signal('SIGKILL')
      await exited
    }
    rmSync(this.folder, { recursive: true })
  }
}

export function startNode(servers: Servers, env: Env = {}): Promise<ServerProcess> {
  return startOn('node')(servers, env)
}

/** The same server, over what the runtime has for HTTP. */
export const startOn =
  (runtime: NodeLikeName) =>
  (servers: Servers, env: Env = {}) =>
    servers.start(commandOn(runtime, servers, env))

export function commandOn(runtime: NodeLikeName, { folder }: Servers, env: Env = {}): ServerCommand {
  return {
    command: [...NODE_LIKE[runtime], 'examples/shop/server.ts'],
    env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder, ...env },
    ready: /Errand listens on (\S+)/,
  }
}

/** The real Worker under `wrangler dev`: production's workerd, without the liberties of a test runner. */
export function startWorker(servers: Servers, vars: Env = {}): Promise<ServerProcess> {
  const settings = Object.entries({ ERRAND_OPEN: 'local-development', ...vars }).flatMap(([name, value]) => [
    '--var',
    `${name}:${value}`,
  ])
  return servers.start({
    command: [
      process.execPath,
      WRANGLER,
      'dev',
      '--config',
      'examples/shop/wrangler.toml',
      ...['--port', '0', '--inspector-port', '0'],
      '--persist-to',
      servers.folder,
      ...settings,
    ],
    env: WRANGLER_ENV,
    ready: /Ready on (http:\S+)/,
  })
}
