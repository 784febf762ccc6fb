import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import type { RecordNamespace } from '#adapters/cloudflare/record-stub.ts'
import type { WebhookLogNamespace } from '#adapters/cloudflare/webhook-log-stub.ts'
import type { Operation } from '#domain/operation/operation.ts'
import { DURABLE_OBJECTS } from '../durable-objects.ts'
import { SettingsError } from '../settings/settings-error.ts'
import type { BatchObjects } from './remote-batches.ts'
import type { ScheduleObjects } from './remote-schedules.ts'

/** The namespaces of Errand's own objects. */
export interface ErrandObjects extends ScheduleObjects, BatchObjects {
  readonly AGENT_JOB: JobNamespace
  readonly BULK_OPERATION: RecordNamespace<Operation>
  readonly WEBHOOK_LOG: WebhookLogNamespace
}

/** `''` for none. */
export function jurisdictionOf(env: Readonly<Record<string, unknown>>): string {
  const name = env['ERRAND_JURISDICTION']
  return typeof name === 'string' ? name : ''
}

interface Namespace {
  /** @throws where the runtime has no jurisdictions, as workerd on a developer's machine. */
  jurisdiction(name: string): unknown
}

/**
 * The only way to an object: in the jurisdiction of `ERRAND_JURISDICTION`, the same name is another object. The platform
 * makes the ids, and keeps what they name in that region.
 * @throws {SettingsError} where the runtime cannot do so.
 */
export function objectsOf(env: Readonly<Record<string, unknown>>): ErrandObjects {
  const name = jurisdictionOf(env)
  if (name === '') return env as unknown as ErrandObjects
  try {
    const located = Object.values(DURABLE_OBJECTS).map(
      (binding) => [binding, (env[binding] as Namespace).jurisdiction(name)] as const,
    )
    return Object.fromEntries(located) as unknown as ErrandObjects
  } catch (error) {
    throw new SettingsError(
      'ERRAND_JURISDICTION is set, and this runtime has no jurisdictions. For "wrangler dev", set it to nothing in .dev.vars: ERRAND_JURISDICTION=',
      { cause: error },
    )
  }
}
