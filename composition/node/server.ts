import { type PeerAddress, isLoopback } from '#adapters/http/open-mode.ts'
import type { Listen } from '#adapters/http/server.ts'
import { LineOutput } from '#adapters/node/process/line-output.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { Project } from '../config/parts.ts'
import { httpApp } from '../http-app.ts'
import { reconcileSchedules } from '../reconcile-schedules.ts'
import { checkToolSources } from './check-tool-sources.ts'
import { localHome } from './job-home.ts'
import { openNodeApp } from './app.ts'
import { createNodeLogger } from './logger.ts'
import { addServing, engineOf, settleDeclared } from './serving.ts'
import { NodeStop, closeServer } from './stop.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** How long other servers may take to show their tools. */
const CHECK_MS = 10_000

/** What differs between Node and the runtimes that can be taken for it: the HTTP server that they bring. */
export interface NodeLike {
  readonly runtime: string
  readonly listen: Listen
  readonly peerAddress: PeerAddress
}

export interface RunningServer {
  readonly url: string
  /** Stops like a signal does, but leaves the process running. Jobs in execution are finished, or resumed at the next start. */
  close(): Promise<void>
}

/**
 * The server: HTTP in front, the engine behind, until a stop signal. @throws {StartError} {SettingsError}
 * {DefinitionError}
 */
export async function startServer(
  settings: NodeSettings,
  project: Project,
  { runtime, listen, peerAddress }: NodeLike,
): Promise<RunningServer> {
  // Before anything else: from here on a signal stops the server in an orderly way.
  const { drainMs, secrets, logFormat } = settings
  const stop = new NodeStop({ clock: new SystemClock(), logger: createNodeLogger(secrets, logFormat), drainMs })
  const { container, storage } = await stop.unlessStopped(openNodeApp(settings, project, { isServing: true }))
  await addServing(container, settings, { runtime, peerAddress, openMode: 'loopback' })
  const open = !(await container.resolve(t.API_KEYS).any())
  if (open) checkAddress(settings)
  await storage.serve()
  await reconcileSchedules(container)
  const engine = engineOf(container, storage, settings)
  const server = await listen(httpApp(container, localHome(container)), settings)
  storage.note(server.url)
  await settleDeclared(container)
  await engine.start()
  const running = { container, server, engine, storage }
  stop.whenRunning(running)
  void checkToolSources({
    agents: container.resolve(t.AGENTS).list(),
    logger: container.resolve(t.LOGGER),
    signal: AbortSignal.timeout(CHECK_MS),
  })
  greet(server.url, container, { ...settings, place: storage.place, open })
  return { url: server.url, close: () => closeServer(running) }
}

/** Without a key every request is answered, so only this machine may send one. */
function checkAddress({ host }: NodeSettings): void {
  if (isLoopback(host)) return
  throw new StartError(
    `There are no API keys, so every client that reaches ${host} could use this server. Make one with "npx errand keys create", or leave ERRAND_HOST at 127.0.0.1.`,
  )
}

interface Greeting {
  readonly place: string
  readonly open: boolean
}

function greet(
  url: string,
  container: DependencyContainer,
  { place, defaultModel, open }: NodeSettings & Greeting,
): void {
  const agents = container.resolve(t.AGENTS).list()
  const webhooks = container.resolve(t.WEBHOOKS).list()
  const offline =
    defaultModel === 'scripted/demo' ? '  (offline demo: set ANTHROPIC_API_KEY or OPENAI_API_KEY for a real one)' : ''
  const lines = [
    `Errand listens on ${url}`,
    `  console ${url}/console`,
    `  agents  ${agents.map(({ name }) => name).join(', ')}`,
    ...(webhooks.length > 0 ? [`  hooks   ${webhooks.map(({ name }) => `/webhooks/${name}`).join(', ')}`] : []),
    `  model   ${defaultModel}${offline}`,
    `  data    ${place}`,
    `  access  ${open ? 'OPEN TO EVERY PROGRAM ON THIS MACHINE: there are no API keys. Make one: npx errand keys create' : 'with an API key'}`,
    ...agents.flatMap((agent) => warnings(agent, container)),
  ]
  new LineOutput(process.stdout).write(lines.join('\n'))
}

/** An agent whose model cannot be used is no reason not to start: the others can work. */
function warnings({ name, model, fallbackModels }: Agent, container: DependencyContainer): readonly string[] {
  const own = model === null ? [] : [model]
  return [...own, ...fallbackModels].flatMap((used) => {
    try {
      container.resolve(t.MODELS).check(used)
      return []
    } catch (error) {
      const lost = used === model ? 'cannot work' : 'has one model less to fall back on'
      return [`  warning: agent ${name} ${lost}. ${(error as Error).message}`]
    }
  })
}
