import { join } from 'node:path'
import { lockDataDirectory } from '#adapters/node/data-lock.ts'
import { eventsOpener } from '#adapters/http/sse.ts'
import { listen } from '#adapters/node/http-server.ts'
import { JobPump } from '#adapters/node/job-pump.ts'
import { StartError } from '#adapters/node/start-error.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { WatchJob } from '#application/watch-job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/errors.ts'
import { httpApp } from './container.ts'
import { openNodeApp } from './node-app.ts'
import { type NodeSettings, SettingsError, parseNodeSettings } from './settings.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

const DRAIN_GRACE_MS = 20_000

/** The server: HTTP in front, the pump behind, until the process is told to stop. */
async function main(settings: NodeSettings): Promise<void> {
  const { container, due, waker, close } = await openNodeApp(settings)
  checkDefaultModel(container, settings)
  const unlock = lockDataDirectory(join(settings.dataDir, 'server.lock'))
  const executeJob = container.resolve(ExecuteJob)
  const logger = container.resolve(t.LOGGER)
  const pump = new JobPump({
    due,
    waker,
    clock: container.resolve(t.CLOCK),
    logger,
    concurrency: settings.concurrency,
    execute: (jobId, signal) => executeJob.execute(jobId, signal),
  })
  const home = {
    cancelJob: container.resolve(CancelJob),
    resolveCall: container.resolve(ResolveCall),
    openEvents: eventsOpener(container.resolve(WatchJob)),
  }
  const server = await listen(httpApp(container, home), settings)
  await pump.start()
  greet(server.url, container, settings)

  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    logger.info('Stopping: open requests and jobs are finished first, or resumed at the next start.', { signal })
    void Promise.all([server.close(DRAIN_GRACE_MS), pump.drain(DRAIN_GRACE_MS)]).then(() => {
      close()
      unlock()
      logger.info('Stopped.')
      // A tool that does not listen to its signal must not keep alive a process that has let go of its data.
      process.exit(0)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function checkDefaultModel(container: DependencyContainer, { defaultModel }: NodeSettings): void {
  try {
    container.resolve(t.MODELS).check(defaultModel)
  } catch (error) {
    throw new SettingsError(`ERRAND_MODEL is ${defaultModel}. ${(error as Error).message}`)
  }
}

function greet(url: string, container: DependencyContainer, { dataDir, defaultModel }: NodeSettings): void {
  const agents = container.resolve(t.AGENTS).list()
  const offline =
    defaultModel === 'scripted/demo' ? '  (offline demo: set ANTHROPIC_API_KEY or OPENAI_API_KEY for a real one)' : ''
  const lines = [
    `Errand listens on ${url}`,
    `  agents  ${agents.map(({ name }) => name).join(', ')}`,
    `  model   ${defaultModel}${offline}`,
    `  data    ${dataDir}`,
    ...agents.flatMap((agent) => warnings(agent, container)),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** An agent whose model cannot be used is no reason not to start: the others can work. */
function warnings({ name, model }: Agent, container: DependencyContainer): readonly string[] {
  if (model === null) return []
  try {
    container.resolve(t.MODELS).check(model)
    return []
  } catch (error) {
    return [`  warning: agent ${name} cannot work. ${(error as Error).message}`]
  }
}

try {
  await main(parseNodeSettings(process.env))
} catch (error) {
  // A mistake of the person who starts us needs a sentence, not a stack.
  const foreseen = [SettingsError, StartError, DefinitionError].some((kind) => error instanceof kind)
  process.stderr.write(`${String(error instanceof Error ? (foreseen ? error.message : error.stack) : error)}\n`)
  process.exit(1)
}
