import { webhookEventView } from '#adapters/http/wire/webhook-views.ts'
import type { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { openBody } from '#application/webhook/event-body.ts'
import type { WebhookEntry } from '#domain/webhook/event.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { webhookEntry } from '#test/support/webhooks.ts'
import type { RecordSample } from './record-sample.ts'

const PENDING = 'evt_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

/** A payload with one action of each kind, sealed for `PENDING` under `not a secret`. Sealing it again gives another text. */
const SEALED =
  '1eBlCxRTcWy7luhRlnSzAs/XvOc9Bw36rNnLHi05gkIPCIy52gcrKb1A+UrTSljbRD6WNjh1d0KUkfkK2k3ujHtGcY4eytoJ4gY+NJ9aZKcBZ+akTjpNIxSmXW8AJEpBc52TR3i8wCDGwfVPFRm4xVhc1VT39FtGNOQx0cerDgRf6vo8g8myCZijgIT9wo6vmOCwUoNptRJPHSMWDUTy9usLTWv/VdRoMyNDrbEnI0aH9+pNkBSyyeKmv04P2LsCMcR7FdM0PPuxjoDxHP8jWSXnKq8ZYlY6Q3x6w/by0VA='

const EVENTS: readonly { readonly name: string; readonly entry: WebhookEntry; readonly sealed: string | null }[] = [
  { name: 'a pending event', entry: webhookEntry({ id: PENDING }), sealed: SEALED },
  {
    name: 'an event that is done',
    entry: webhookEntry({
      id: 'evt_done',
      occurredAt: null,
      outcome: 'done',
      results: [
        { type: 'submit', agent: 'writer', jobId: 'job_1' },
        { type: 'schedule', scheduleId: 'cart:1', ignored: false },
        { type: 'unschedule', scheduleId: 'cart:2', ignored: true },
      ],
      tries: 2,
      retryAt: null,
      replays: 1,
      version: 3,
    }),
    sealed: null,
  },
  {
    name: 'an event whose handler failed',
    entry: webhookEntry({ id: 'evt_failed', outcome: 'handler_failed', reason: 'no such field', tries: 3 }),
    sealed: null,
  },
  ...(['no_action', 'filtered', 'duplicate'] as const).map((outcome) => ({
    name: `an event of outcome ${outcome}`,
    entry: webhookEntry({
      id: `evt_${outcome}`,
      outcome,
      reason: outcome === 'filtered' ? 'our own write' : null,
      retryAt: null,
    }),
    sealed: null,
  })),
]

const LOG = { id: 'whl_1', tenantId: 'acme', source: 'shop', version: 1, updatedAt: T0, dueAt: T0 + 300_000 }

/** Events of each outcome, and what wakes their log. */
export async function makeWebhookRows(db: SqliteDatabase): Promise<readonly RecordSample[]> {
  const log = new SqlWebhookLog(db)
  const rows: RecordSample[] = []
  for (const { name, entry, sealed } of EVENTS) {
    await log.add(entry, sealed)
    const [row = {}] = await db.query('SELECT * FROM webhook_events WHERE id = ?', entry.id)
    rows.push({ name, table: 'webhook_events', row: row })
  }
  await new SqlRecordStore(db, WEBHOOK_LOG, new RecordingWaker()).create(LOG)
  const [row = {}] = await db.query('SELECT * FROM records WHERE id = ?', LOG.id)
  return [...rows, { name: 'what wakes the log of a webhook', table: 'records', row: row }]
}

/** What callers see of the event, and what its body says. */
export async function readWebhookEvent(db: SqliteDatabase, id: string): Promise<unknown> {
  const stored = await new SqlWebhookLog(db).find({ tenantId: 'acme', source: 'shop' }, id)
  const sealer = new AesSealer({ read: () => Promise.resolve('not a secret') })
  return stored && { event: webhookEventView(stored.event, true), body: await openBody(sealer, stored) }
}

export function readWebhookLog(db: SqliteDatabase, id: string): Promise<unknown> {
  return new SqlRecordStore(db, WEBHOOK_LOG, new RecordingWaker()).load(id)
}
