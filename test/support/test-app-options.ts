import type { OpenMode } from '#adapters/http/open-mode.ts'
import type { Resource } from '#adapters/http/resource.ts'
import type { TenantPolicy } from '#domain/tenant/policy.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'

export interface TestAppOptions {
  /** What is served, of what every installation serves. */
  readonly resources?: (standard: readonly Resource[]) => readonly Resource[]
  readonly sender?: CallbackSender
  readonly storage?: StorageProbe
  readonly policy?: Partial<TenantPolicy>
  readonly corsOrigins?: readonly string[]
  /** `POST /run` at once, of all tenants. */
  readonly maxRuns?: number
  readonly idSecret?: string
  /** The address that callers come from, where something tells. */
  readonly peer?: string
  readonly openMode?: OpenMode
  readonly webhooks?: readonly Webhook[]
}
