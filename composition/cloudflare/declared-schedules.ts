import { reconcileSchedules } from '../reconcile-schedules.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/**
 * Sets up the schedules that the config declares, once in each isolate. A deploy starts new isolates, so its first
 * request or cron does it. No request waits for it. Where it fails, the next cron tries again.
 */
export class DeclaredSchedulesSetup {
  #isDone = false

  /** Never rejects. */
  async settle(container: DependencyContainer): Promise<void> {
    if (this.#isDone) return
    try {
      await reconcileSchedules(container)
      this.#isDone = true
    } catch (error) {
      container.resolve(t.LOGGER).error('The declared schedules could not be set up; it will be tried again.', error)
    }
  }
}
