import { join } from 'node:path'
import { lockDataDirectory } from '#adapters/node/data-lock.ts'
import { listen } from '#adapters/node/http-server.ts'
import { JobPump } from '#adapters/node/job-pump.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { httpApp } from './container.ts'
import { openNodeApp } from './node-app.ts'
import { type NodeSettings, SettingsError, parseNodeSettings } from './settings.ts'
import * as t from './tokens.ts'

const DRAIN_GRACE_MS = 20_000

/** The server: HTTP in front, the pump behind, until the process is told to stop. */
async function main(settings: NodeSettings): Promise<void> {
  const { container, due, waker, close } = await openNodeApp(settings)
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
  const home = { cancelJob: container.resolve(CancelJob), resolveCall: container.resolve(ResolveCall) }
  const server = await listen(httpApp(container, home), settings)
  await pump.start()
  greet(server.url, container.resolve(t.AGENTS), settings)

  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    logger.info('Stopping: open requests and jobs are finished first, or resumed at the next start.', { signal })
    void Promise.all([server.close(DRAIN_GRACE_MS), pump.drain(DRAIN_GRACE_MS)]).then(() => {
      close()
      unlock()
      logger.info('Stopped.')
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function greet(url: string, agents: AgentRegistry, { dataDir, defaultModel }: NodeSettings): void {
  const names = agents.list().map(({ name }) => name)
  const offline =
    defaultModel === 'scripted/demo' ? '  (offline demo: set ANTHROPIC_API_KEY or OPENAI_API_KEY for a real one)' : ''
  process.stdout.write(
    `Errand listens on ${url}\n  agents  ${names.join(', ')}\n  model   ${defaultModel}${offline}\n  data    ${dataDir}\n`,
  )
}

try {
  await main(parseNodeSettings(process.env))
} catch (error) {
  // A mistake of the person who starts us needs a sentence, not a stack.
  const foreseen = error instanceof SettingsError || (error instanceof Error && !(error instanceof TypeError))
  process.stderr.write(`${foreseen ? error.message : String((error as Error).stack)}\n`)
  process.exit(1)
}
