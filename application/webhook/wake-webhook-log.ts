import { LOOK_MS, WEBHOOK_LOG, type WebhookLogRecord } from '#domain/webhook/log.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordStore } from '#ports/record-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { TendWebhookLog } from './tend-webhook-log.ts'

export interface WakeWebhookLogDeps {
  readonly webhooks: WebhookRegistry
  readonly records: Pick<RecordStore<WebhookLogRecord>, 'create'>
  readonly tendWebhookLog: Pick<TendWebhookLog, 'execute'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly clock: Clock
}

/** Has the logs looked after where they share a database: one record for each, which is woken. */
export class WakeWebhookLog {
  readonly #deps: WakeWebhookLogDeps

  constructor(deps: WakeWebhookLogDeps) {
    this.#deps = deps
  }

  /** At each start of a server: makes the records of declared webhooks that have none. */
  async begin(): Promise<void> {
    const { webhooks, records, derivedIds, clock } = this.#deps
    for (const { tenantId, name: source } of webhooks.list()) {
      const id = await derivedIds.make(WEBHOOK_LOG.prefix, tenantId, source)
      const now = clock.now()
      await records.create({ id, tenantId, source, version: 1, updatedAt: now, dueAt: now + LOOK_MS })
    }
  }

  /** What `WakeRecord` asks for. The record of a webhook that is not declared any more goes with its last event. */
  async execute(record: WebhookLogRecord): Promise<WebhookLogRecord | null> {
    const { webhooks, tendWebhookLog, clock } = this.#deps
    const next = await tendWebhookLog.execute(record)
    const isDeclared = webhooks.find(record.source)?.tenantId === record.tenantId
    if (next === null && !isDeclared) return null
    return { ...record, dueAt: Math.min(next ?? Infinity, clock.now() + LOOK_MS) }
  }
}
