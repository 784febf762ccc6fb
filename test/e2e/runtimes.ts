import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'
import { NODE_LIKE, type NodeLikeName } from '#test/support/node-like.ts'
import { type ServerCommand, type ServerProcess, startServer } from '#test/support/server-process.ts'

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
  readonly #started: ServerProcess[] = []

  async start(command: ServerCommand): Promise<ServerProcess> {
    const server = await startServer(command)
    this.#started.push(server)
    return server
  }

  async end(): Promise<void> {
    for (const server of this.#started) await server.kill('SIGKILL')
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
    servers.start({
      command: [...NODE_LIKE[runtime], `composition/${runtime}.ts`],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: servers.folder, ...env },
      ready: /listens on (\S+)/,
    })

/** The real Worker under `wrangler dev`: production's workerd, without the liberties of a test runner. */
export async function startWorker(servers: Servers, vars: Env = {}): Promise<ServerProcess> {
  const settings = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const ports = ['--port', String(await freePort()), '--inspector-port', String(await freePort())]
  return servers.start({
    command: [process.execPath, WRANGLER, 'dev', ...ports, '--persist-to', servers.folder, ...settings],
    env: WRANGLER_ENV,
    ready: /Ready on (http:\S+)/,
  })
}
