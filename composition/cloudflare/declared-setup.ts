import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { RemoteWebhookLogs } from '#adapters/cloudflare/webhook-log-intake.ts'
import { AgentVersions } from '#application/agent/agent-versions.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import type { Env } from './app.ts'
import { objectsOf } from './objects.ts'
import { reconcileSchedules } from '../reconcile-schedules.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/**
 * Sets up the schedules and the sweeps of webhooks that the config declares, and notes the definitions of its agents,
 * once in each isolate. A deploy starts new isolates, so its first request or cron does it. No request waits for it.
 * Where it fails, the next cron tries again.
 */
export class DeclaredSetup {
  #isDone = false

  /** Never rejects. */
  async settle(container: DependencyContainer, env: Env): Promise<void> {
    if (this.#isDone) return
    // One that fails keeps the others from nothing.
    const ends = await Promise.allSettled([
      beginSweeps(container, env),
      reconcileSchedules(container),
      container.resolve(AgentVersions).note(),
    ])
    const failed = ends.find((end) => end.status === 'rejected')
    this.#isDone = !failed
    if (!failed) return
    const message = 'What the config declares could not be set up; it will be tried again.'
    container.resolve(t.LOGGER).error(message, failed.reason)
  }
}

/** The log of a webhook that has received nothing has no alarm yet. */
async function beginSweeps(container: DependencyContainer, env: Env): Promise<void> {
  const index = new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), WEBHOOK_LOG.name)
  const logs = new RemoteWebhookLogs({ objects: objectsOf(env).WEBHOOK_LOG, index })
  for (const { name: source, tenantId, missed } of container.resolve(t.WEBHOOKS).list())
    if (missed) await logs.begin({ tenantId, source }, container.resolve(t.CLOCK).now())
}
