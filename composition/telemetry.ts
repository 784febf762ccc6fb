import { TracedJobStore } from '#adapters/telemetry/traced-job-store.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Telemetry } from '#ports/telemetry.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** `undefined` where telemetry is off. */
export function telemetryOf(c: DependencyContainer): Telemetry | undefined {
  return c.isRegistered(t.TELEMETRY, true) ? c.resolve(t.TELEMETRY) : undefined
}

/** The store, with telemetry that hears of its commits where it is on. */
export function traced(c: DependencyContainer, jobs: JobStore): JobStore {
  const telemetry = telemetryOf(c)
  return telemetry ? new TracedJobStore(jobs, telemetry) : jobs
}
