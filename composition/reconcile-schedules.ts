import { ReconcileSchedules } from '#application/schedule/reconcile-schedules.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** Sets up the schedules that the config declares, and ends those that it no longer declares. @throws {DefinitionError} */
export async function reconcileSchedules(container: DependencyContainer): Promise<void> {
  const { put, deleted } = await container.resolve(ReconcileSchedules).execute(container.resolve(t.OWN_SCHEDULES))
  if (put.length + deleted.length === 0) return
  container.resolve(t.LOGGER).info('The declared schedules have changed.', { put, deleted })
}
