import { answerBelow, checkBasePath } from '#adapters/http/below.ts'
import type { PeerAddress } from '#adapters/http/open-mode.ts'
import { problemResponse } from '#adapters/http/problem.ts'
import { refuseUnreadable } from '#adapters/http/unreadable.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { StoppingError } from '#domain/health/errors.ts'
import type { Config } from '../config/config.ts'
import type { Project } from '../config/parts.ts'
import { httpApp } from '../http-app.ts'
import { reconcileSchedules } from '../reconcile-schedules.ts'
import { parseNodeSettings } from '../settings/settings.ts'
import { type NodeApp as OpenApp, openNodeApp, orClosed } from './app.ts'
import { localHome } from './job-home.ts'
import type { ServeOptions } from './serve.ts'
import type { NodeLike } from './server.ts'
import { addServing, engineOf, settleDeclared } from './serving.ts'
import { closeServer } from './stop.ts'
import type { Engine } from './storage.ts'

export interface NodeAppOptions<Ports extends object = object> extends ServeOptions<Ports> {
  /** Where the author's server passes requests on: `/errand`. Their paths begin with it. */
  readonly basePath: string
}

/** Errand within a server of the author's own. */
export interface NodeApp {
  /**
   * Answers a request.
   * @param connection what the server knows of the caller, as `c.env` of Hono on Node. Only
   * `ERRAND_OPEN=local-development` needs it.
   */
  readonly fetch: (request: Request, connection?: object) => Promise<Response>
  /** Begins to execute jobs. Without it, requests are answered and jobs stay queued. */
  readonly start: () => Promise<void>
  /** Lets jobs in execution finish for 20 s; the rest resume at the next start. Close your own server first. */
  readonly close: () => Promise<void>
}

export interface CreateNodeApp {
  (config: Config, options?: Partial<NodeAppOptions>): Promise<NodeApp>
  <Ports extends object>(
    config: Config<readonly Agent[], Ports>,
    options: Partial<NodeAppOptions> & Pick<ServeOptions<NoInfer<Ports>>, 'ports'>,
  ): Promise<NodeApp>
}

interface Mounting {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly basePath: string | undefined
  readonly like: NodeLike
}

/** No address, so that it is not one of this machine. */
const UNKNOWN_PEER = 'unknown'

/** @throws {SettingsError} {StartError} {DefinitionError} */
export async function openMounted(project: Project, { env, basePath, like }: Mounting): Promise<NodeApp> {
  if (basePath !== undefined) checkBasePath(basePath)
  const settings = parseNodeSettings(env)
  const app = await openNodeApp(settings, project, { isServing: true })
  const engine = await orClosed(app.storage, async () => {
    // Which callers reach the author's server is not known here, so without keys every request is refused.
    const { openMode } = settings
    const peerAddress: PeerAddress = (c) => like.peerAddress(c) ?? UNKNOWN_PEER
    await addServing(app.container, settings, { runtime: like.runtime, openMode, peerAddress })
    await app.storage.serve()
    await reconcileSchedules(app.container)
    return engineOf(app.container, app.storage, settings)
  })
  return mounted(app, engine, answerOf(app, basePath))
}

type Answer = (request: Request, connection: object) => Promise<Response>

function mounted({ container, storage }: OpenApp, engine: Engine, answer: Answer): NodeApp {
  const server = { close: () => Promise.resolve() }
  let closing: Promise<void> | undefined
  return {
    fetch: async (request, connection = {}) =>
      closing ? problemResponse(new StoppingError(), request) : answer(request, connection),
    start: async () => {
      await settleDeclared(container)
      await engine.start()
    },
    close: () => (closing ??= closeServer({ container, storage, engine, server })),
  }
}

function answerOf({ container }: OpenApp, basePath: string | undefined): Answer {
  const http = httpApp(container, localHome(container), basePath)
  return async (request, connection) => {
    const unreadable = refuseUnreadable(request)
    if (unreadable) return unreadable
    const answer = async (inner: Request): Promise<Response> => http.fetch(inner, connection)
    return basePath === undefined ? answer(request) : answerBelow(basePath, request, answer)
  }
}
