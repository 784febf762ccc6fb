import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import worker from './worker.ts'

/** What the cron trigger does. The types of the environment are more than TypeScript can compare. */
export async function cron(bindings: unknown = env): Promise<void> {
  const { scheduled } = worker as { scheduled(controller: unknown, env: unknown, life: unknown): Promise<void> }
  const life = createExecutionContext()
  await scheduled(createScheduledController(), bindings, life)
  await waitOnExecutionContext(life)
}
