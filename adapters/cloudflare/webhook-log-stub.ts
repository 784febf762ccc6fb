import type { Looked } from './record-stub.ts'
import type { WebhookLogIntake } from '#ports/webhook-log.ts'

/** What may be asked of the object of a webhook's log. */
export interface WebhookLogStub extends WebhookLogIntake {
  /** Ensures that the log is looked after in time. Returns when to check again (epoch ms); `null` where there is no log. */
  lookAfter(): Promise<number | null>
  /** Ensures that it is looked after, also where it has received nothing. Harmless to repeat. */
  begin(): Promise<void>
  /** See `RecordStub`; the ids are names of logs. */
  lookAfterAll(names: readonly string[]): Promise<readonly Looked[]>
}

export interface WebhookLogNamespace {
  getByName(name: string): WebhookLogStub
}
