import {
  type LogTimes,
  type LoggedEvent,
  WEBHOOK_FORMAT,
  type WebhookEntry,
  type WebhookLogKey,
  logName,
} from '#domain/webhook/event.ts'
import { SWEEP_FORMAT, type Sweep } from '#domain/webhook/sweep.ts'
import { refuseNewer } from '#domain/storage/format.ts'
import type { EventCursor, EventPage, EventQuery, StoredEvent, WebhookLog } from '#ports/webhook-log.ts'
import { type SqlDatabase, type SqlRow, type SqlValue, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

/** The large columns come last: what reads those before them reads no overflow pages. */
export const webhookSchema: SqlSchema = {
  name: 'webhooks',
  statements: [
    `CREATE TABLE webhook_events (
       id TEXT PRIMARY KEY,
       log TEXT NOT NULL,
       received_at BIGINT NOT NULL,
       outcome TEXT NOT NULL,
       topic TEXT NOT NULL,
       retry_at BIGINT,
       version BIGINT NOT NULL,
       format BIGINT NOT NULL,
       deliveries BIGINT NOT NULL,
       last_delivery_at BIGINT NOT NULL,
       body TEXT NOT NULL,
       sealed TEXT
     ) WITHOUT ROWID`,
    'CREATE INDEX webhook_events_by_time ON webhook_events (log, received_at, id)',
    'CREATE INDEX webhook_events_to_retry ON webhook_events (log, retry_at) WHERE retry_at IS NOT NULL',
    `CREATE TABLE webhook_sweeps (
       log TEXT PRIMARY KEY,
       due_at BIGINT NOT NULL,
       version BIGINT NOT NULL,
       format BIGINT NOT NULL,
       body TEXT NOT NULL
     ) WITHOUT ROWID`,
  ],
}

const COLUMNS = 'id, format, deliveries, last_delivery_at, body'
const COLUMNS_OF_PAGE = `${COLUMNS}, received_at`
const NEWEST_FIRST = 'ORDER BY received_at DESC, id DESC'
/** Rows that are read for a page with a filter. */
const MOST_READ = 1000

/** The logs of all webhooks, or of one where it has a database of its own. */
export class SqlWebhookLog implements WebhookLog {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }> {
    const { id, receivedAt, outcome, topic, retryAt, version } = entry
    const deliveries = entry.foundBy ? 0 : 1
    const sql = `INSERT INTO webhook_events
        (id, log, received_at, outcome, topic, retry_at, version, format, deliveries, last_delivery_at, body, sealed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
    const columns = [id, logName(entry), receivedAt, outcome, topic, retryAt, version, WEBHOOK_FORMAT]
    const params = [...columns, deliveries, receivedAt, bodyOf(entry), sealed]
    if (await this.#db.batch([{ sql, params, changes: 1 }]))
      return { event: { ...entry, deliveries, lastDeliveryAt: receivedAt }, sealed, created: true }
    const count = 'UPDATE webhook_events SET deliveries = deliveries + 1, last_delivery_at = ? WHERE id = ?'
    if (deliveries > 0) await this.#db.batch([{ sql: count, params: [receivedAt, id] }])
    const taken = await this.find(entry, id)
    // Deleted between the two: then the id is free again.
    return taken ? { ...taken, created: false } : this.add(entry, sealed)
  }

  async find(key: WebhookLogKey, id: string): Promise<StoredEvent | null> {
    const sql = `SELECT ${COLUMNS}, sealed FROM webhook_events WHERE id = ? AND log = ?`
    const [row] = await this.#db.query(sql, id, logName(key))
    if (!row) return null
    return { event: eventIn(row), sealed: row['sealed'] === null ? null : textAt(row, 'sealed') }
  }

  async save(entry: WebhookEntry): Promise<boolean> {
    const { id, outcome, retryAt, version } = entry
    const sql = `UPDATE webhook_events SET outcome = ?, retry_at = ?, version = ?, format = ?, body = ?
      WHERE id = ? AND version = ?`
    const params = [outcome, retryAt, version, WEBHOOK_FORMAT, bodyOf(entry), id, version - 1]
    return this.#db.batch([{ sql, params, changes: 1 }])
  }

  async list(key: WebhookLogKey, { outcome, topic, size, after }: EventQuery): Promise<EventPage> {
    const wanted = Object.entries({ outcome, topic }).filter((one): one is [string, string] => one[1] !== undefined)
    const start: readonly SqlValue[] = [logName(key), ...(after ? [after.receivedAt, after.id] : [])]
    const from = `FROM webhook_events WHERE log = ? ${after ? 'AND (received_at, id) < (?, ?)' : ''} ${NEWEST_FIRST}`
    const read = `SELECT ${COLUMNS_OF_PAGE}, outcome, topic ${from} LIMIT ${String(wanted.length > 0 ? MOST_READ : size + 1)}`
    const fits = wanted.map(([column]) => `${column} = ?`).join(' AND ') || '1 = 1'
    const sql = `SELECT ${COLUMNS_OF_PAGE} FROM (${read}) AS seen WHERE ${fits} ${NEWEST_FIRST} LIMIT ?`
    const rows = await this.#db.query(sql, ...start, ...wanted.map(([, value]) => value), size + 1)
    const shown = rows.slice(0, size)
    const last = shown.at(-1)
    if (rows.length > size && last) return { events: shown.map(eventIn), next: cursorAt(last) }
    if (wanted.length === 0) return { events: shown.map(eventIn), next: null }
    const end = `SELECT id, received_at ${from} LIMIT 1 OFFSET ${String(MOST_READ - 1)}`
    const [lastRead] = await this.#db.query(end, ...start)
    return { events: shown.map(eventIn), next: lastRead ? cursorAt(lastRead) : null }
  }

  async toRetry(key: WebhookLogKey, now: number, limit: number): Promise<readonly string[]> {
    const sql = 'SELECT id FROM webhook_events WHERE log = ? AND retry_at <= ? ORDER BY retry_at LIMIT ?'
    return (await this.#db.query(sql, logName(key), now, limit)).map((row) => textAt(row, 'id'))
  }

  async purge(key: WebhookLogKey, before: number, limit: number): Promise<void> {
    const old = 'SELECT id FROM webhook_events WHERE log = ? AND received_at < ? ORDER BY received_at LIMIT ?'
    const sql = `DELETE FROM webhook_events WHERE id IN (${old})`
    await this.#db.batch([{ sql, params: [logName(key), before, limit] }])
  }

  async sweep(key: WebhookLogKey): Promise<Sweep | null> {
    const [row] = await this.#db.query('SELECT format, body FROM webhook_sweeps WHERE log = ?', logName(key))
    if (!row) return null
    refuseNewer(`The sweep of webhook ${key.source}`, { format: numberAt(row, 'format') }, SWEEP_FORMAT)
    return JSON.parse(textAt(row, 'body')) as Sweep
  }

  async saveSweep(sweep: Sweep): Promise<boolean> {
    const { dueAt, version } = sweep
    const state = [dueAt, version, SWEEP_FORMAT, JSON.stringify(sweep)]
    const sql =
      version === 1
        ? 'INSERT INTO webhook_sweeps (due_at, version, format, body, log) VALUES (?, ?, ?, ?, ?) ON CONFLICT (log) DO NOTHING'
        : 'UPDATE webhook_sweeps SET due_at = ?, version = ?, format = ?, body = ? WHERE log = ? AND version = ?'
    const params = [...state, logName(sweep), ...(version === 1 ? [] : [version - 1])]
    return this.#db.batch([{ sql, params, changes: 1 }])
  }

  async endSweep(key: WebhookLogKey): Promise<void> {
    await this.#db.batch([{ sql: 'DELETE FROM webhook_sweeps WHERE log = ?', params: [logName(key)] }])
  }

  async nextTimes(key: WebhookLogKey): Promise<LogTimes> {
    const first = (column: string): string =>
      `(SELECT MIN(${column}) FROM webhook_events WHERE log = ? AND ${column} IS NOT NULL) AS ${column}`
    const sweepAt = '(SELECT due_at FROM webhook_sweeps WHERE log = ?) AS sweep_at'
    const sql = `SELECT ${first('retry_at')}, ${first('received_at')}, ${sweepAt}`
    const [row] = await this.#db.query(sql, logName(key), logName(key), logName(key))
    const time = (column: string): number | null => {
      const value = row?.[column] ?? null
      return value === null ? null : Number(value)
    }
    return { retryAt: time('retry_at'), oldestAt: time('received_at'), sweepAt: time('sweep_at') }
  }
}

/** What has columns of its own is not stored twice. */
function bodyOf(entry: WebhookEntry): string {
  return JSON.stringify({ ...entry, deliveries: undefined, lastDeliveryAt: undefined })
}

function eventIn(row: SqlRow): LoggedEvent {
  refuseNewer(`Event ${textAt(row, 'id')}`, { format: numberAt(row, 'format') }, WEBHOOK_FORMAT)
  const entry = JSON.parse(textAt(row, 'body')) as WebhookEntry
  return { ...entry, deliveries: numberAt(row, 'deliveries'), lastDeliveryAt: numberAt(row, 'last_delivery_at') }
}

function cursorAt(row: SqlRow): EventCursor {
  return { receivedAt: numberAt(row, 'received_at'), id: textAt(row, 'id') }
}
