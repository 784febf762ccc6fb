import { deepStrictEqual } from 'node:assert/strict'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { entryOf } from '#ports/job-index.ts'
import { T0, TILL, after, submitted } from './fixtures.ts'

const DAY_MS = 86_400_000
const CALLBACK = { url: 'https://shop.example.com/hook', events: ['job.failed'] } as const
const ENDED: JobEvent = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } }

/** Fails unless the upgrade finds the one job whose message was given up and not sent again since. */
export async function readOlderCallbacks(db: SqlDatabase): Promise<void> {
  const failed = await ended(db, 'failed')
  await ended(db, 'delivered')
  await ended(db, 'failed', 'delivered')
  const statements = journalSchema.statements.filter((one) => typeof one !== 'string' || one.startsWith('UPDATE'))
  await migrate(db, { name: 'upgrade', statements })
  const page = { tenantId: 'acme', filter: { hasFailedCallback: true }, size: 10, after: null } as const
  const { jobs } = await new SqlJobIndex(db).list(page)
  deepStrictEqual(
    jobs.map(({ id }) => id),
    [failed],
  )
}

/** A job as a release without the column left it: its message was tried for two days, and again where asked for. */
async function ended(db: SqlDatabase, ...outcomes: readonly ('failed' | 'delivered')[]): Promise<string> {
  const { event, state } = submitted({ options: { ...NO_OPTIONS, callback: CALLBACK } })
  const deliveryId = after(state, [ENDED]).job.deliveries[0]?.id ?? ''
  const tries = outcomes.flatMap((becomes, index): readonly JobEvent[] => {
    const at = T0 + (index + 2) * DAY_MS
    const attempt = {
      type: 'callback.attempted',
      at,
      deliveryId,
      status: 500,
      reason: null,
      becomes,
      nextAt: null,
    } as const
    return index === 0 ? [attempt] : [{ type: 'callback.redelivery_requested', at, deliveryId, by: TILL }, attempt]
  })
  const commits = [[event], [ENDED], ...tries.map((one) => [one])]
  const { job } = after(state, commits.flat().slice(1))
  await new SqlJobIndex(db).put({ ...entryOf(job), hasFailedCallback: false }, [])
  const sql = 'INSERT INTO journal (job_id, seq, events) VALUES (?, ?, ?)'
  await db.batch(commits.map((commit, index) => ({ sql, params: [job.id, index + 1, JSON.stringify(commit)] })))
  return job.id
}
