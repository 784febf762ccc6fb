import type { LogTimes, LoggedEvent, WebhookEntry, WebhookLogKey, WebhookOutcome } from '#domain/webhook/event.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'

/** A place in the list. */
export interface EventCursor {
  readonly receivedAt: number
  readonly id: string
}

export interface EventQuery {
  readonly outcome?: WebhookOutcome
  readonly topic?: string
  /** Most events of the page. */
  readonly size: number
  readonly after: EventCursor | null
}

export interface EventPage {
  readonly events: readonly LoggedEvent[]
  /** Where the next page begins; `null` after the last. A page may be short: only so many rows are read for it. */
  readonly next: EventCursor | null
}

/** An event with its sealed body (`ports/sealer.ts`); `null` where that was too large to be kept. */
export interface StoredEvent {
  readonly event: LoggedEvent
  readonly sealed: string | null
}

/** What receives and shows events. Where each log has a home of its own, that answers it. */
export interface WebhookLogIntake {
  /** Stores a new event. If the id is taken, counts a delivery more unless a sweep found it, and returns what is stored. */
  add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }>

  /** `null` for an unknown id. @throws {NewerFormatError} */
  find(key: WebhookLogKey, id: string): Promise<StoredEvent | null>

  /** Replaces the entry. `false` when the stored version is not `entry.version - 1`: then nothing has changed. */
  save(entry: WebhookEntry): Promise<boolean>

  /** Newest first. */
  list(key: WebhookLogKey, query: EventQuery): Promise<EventPage>

  /** How far its missed events have been looked for; `null` where they are not. @throws {NewerFormatError} */
  sweep(key: WebhookLogKey): Promise<Sweep | null>
}

/**
 * The events that webhooks have received. When a promise resolves, what it stored survives a crash.
 * An implementation is correct when `test/contracts/webhook-log.contract.ts` passes.
 */
export interface WebhookLog extends WebhookLogIntake {
  /** Ids of events whose `retryAt` has come, longest ago first. */
  toRetry(key: WebhookLogKey, now: number, limit: number): Promise<readonly string[]>

  /** Deletes at most `limit` events that were received before `before`, with their bodies. */
  purge(key: WebhookLogKey, before: number, limit: number): Promise<void>

  nextTimes(key: WebhookLogKey): Promise<LogTimes>

  /** Stores it. `false` when the stored version is not `sweep.version - 1`: then nothing has changed. */
  saveSweep(sweep: Sweep): Promise<boolean>

  endSweep(key: WebhookLogKey): Promise<void>
}
