import { scheduleView } from '#adapters/http/wire/schedule-views.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { ScheduleInput, When } from '#domain/schedule/spec.ts'
import { type Scheduling, scheduling } from '#test/support/scheduling.ts'
import type { RecordSample } from './record-sample.ts'
import { withRow } from './records.ts'

const DEAF = { wakeAt: () => Promise.resolve() }
const HOURLY: When = { cron: '0 * * * *', timeZone: 'Europe/Stockholm' }

type Put = readonly [when: When, fields?: Partial<ScheduleInput> & { occurredAt?: number }]

interface Story {
  readonly name: string
  readonly put: Put
  readonly then?: (s: Scheduling) => Promise<unknown>
}

const died = (): Promise<never> => Promise.reject(new Error('The process has died.'))

/** A schedule in each of its states. */
const STORIES: readonly Story[] = [
  {
    name: 'an active schedule, with a history',
    put: [HOURLY, { overlap: 'skip', tags: ['plan'], metadata: { shop: 'a' }, catchUp: 'all' }],
    then: async (s) => {
      await s.passUntil('2027-01-01T03:30:00Z')
      await s.control.run({ ...s.key(), idempotencyKey: 'by hand' })
      await s.wake()
      s.clock.step(3 * 86_400_000)
      await s.wake()
    },
  },
  {
    name: 'a fire that waits for the end of quiet hours',
    put: [{ everySeconds: 600 }, { quietHours: { from: '00:00', to: '08:00', timeZone: 'UTC' } }],
    then: (s) => s.passUntil('2027-01-01T01:00:00Z'),
  },
  {
    name: 'a fire that waits for an earlier job',
    put: [HOURLY, { overlap: 'queue_one' }],
    then: (s) => s.passUntil('2027-01-01T02:00:30Z'),
  },
  {
    name: 'fires that a dead process has decided',
    put: [HOURLY, { overlap: 'cancel_previous', input: { dies: true }, limit: { key: 'k', max: 5, perSeconds: 7200 } }],
    then: (s) => s.passUntil('2027-01-01T01:00:00Z').catch(() => undefined),
  },
  {
    name: 'a debounce with its events',
    put: [{ delaySeconds: 3600 }, { merge: 'all', latestBy: Date.parse('2027-01-01T06:00:00Z'), occurredAt: 1000 }],
    then: (s) => s.put({ delaySeconds: 3600 }, { merge: 'all', input: 2, occurredAt: 2000 }),
  },
  {
    name: 'an ended schedule',
    put: [{ at: Date.parse('2027-01-01T01:00:00Z') }],
    then: (s) => s.passUntil('2027-01-01T02:00:00Z'),
  },
  { name: 'a deleted schedule', put: [HOURLY, { endAt: Date.parse('2028-01-01T00:00:00Z') }], then: (s) => s.delete() },
  { name: 'a paused schedule', put: [HOURLY], then: (s) => s.control.pause(s.key()) },
  {
    name: 'a schedule that is being backfilled',
    put: [HOURLY, { pauseAfterFailures: 3 }],
    then: (s) =>
      s.control.backfill({
        ...s.key(),
        from: Date.parse('2026-12-30T00:00:00Z'),
        to: Date.parse('2027-01-01T00:00:00Z'),
      }),
  },
]

/** Rows of schedules and of the windows of their limits, as they are stored. The same every time. */
export async function makeSchedules(): Promise<readonly RecordSample[]> {
  const samples: RecordSample[] = []
  for (const story of STORIES) samples.push(...(await rowsOf(story)))
  return samples
}

async function rowsOf({ name, put, then }: Story): Promise<readonly RecordSample[]> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, recordSchema)
  const s = scheduling('2027-01-01T00:30:00Z', {
    records: { of: (kind) => new SqlRecordStore(db, kind, DEAF) },
    submitting: (submit, { input }) => (JSON.stringify(input).includes('dies') ? died() : submit()),
  })
  await s.put(...put)
  await then?.(s)
  const rows = await db.query('SELECT * FROM records ORDER BY id DESC')
  await db.close()
  return rows.map((row) => ({
    name: row['kind'] === SCHEDULE.name ? name : `the limit of ${name}`,
    table: 'records',
    row,
  }))
}

/** Whether the row is one of these. */
export function isOfSchedule({ table, row }: RecordSample): boolean {
  return table === 'records' && (row['kind'] === SCHEDULE.name || row['kind'] === LIMIT_WINDOW.name)
}

/** What this release makes of such a row: what callers see, all that is stored, and when it is woken. */
export async function readSchedule(sample: RecordSample): Promise<unknown> {
  const db = await withRow(sample)
  const { row } = sample
  const id = String(row['id'])
  if (row['kind'] === LIMIT_WINDOW.name) {
    const window = await new SqlRecordStore(db, LIMIT_WINDOW, DEAF).load(id)
    return { window, wakeAt: window && LIMIT_WINDOW.nextWakeAt(window) }
  }
  const schedule: Schedule | null = await new SqlRecordStore(db, SCHEDULE, DEAF).load(id)
  if (!schedule) throw new Error('The schedule is not read.')
  return { view: scheduleView({ schedule, upcoming: [] }, true), schedule, wakeAt: SCHEDULE.nextWakeAt(schedule) }
}
