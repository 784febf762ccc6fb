import { deepStrictEqual } from 'node:assert/strict'
import type { SqlDatabase, Statement } from '#adapters/sql/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { Wait } from '#domain/job/job.ts'
import { entryOf } from '#ports/job-index.ts'
import { T0, after, started, submitted } from './fixtures.ts'

const CALL = { callId: 'a', name: 'publish', input: { reason: 'retry' }, since: T0 }
/** Its wake is near, as that of a job which waits for time. */
const APPROVAL: Wait = { reason: 'approval', calls: [{ ...CALL, expiresAt: T0 + 1000 }], until: T0 + 1000 }
const RETRY: Wait = { reason: 'retry', until: T0 + 1000, error: { code: 'model_failed', message: 'Again.' } }

/** Fails unless the upgrade reads in the journals which jobs wait for approval, whatever the index took them for. */
export async function readOlderWaits(db: SqlDatabase): Promise<void> {
  const approval = await waiting(db, { waits: [RETRY, APPROVAL], needsApproval: false })
  await waiting(db, { waits: [APPROVAL, RETRY], needsApproval: true })
  const statements = journalSchema.statements.filter((one) => typeof one !== 'string' || one.startsWith('UPDATE'))
  await migrate(db, { name: 'upgrade', statements })
  const page = { tenantId: 'acme', filter: { needsApproval: true }, size: 10, after: null } as const
  const { jobs } = await new SqlJobIndex(db).list(page)
  deepStrictEqual(
    jobs.map(({ id }) => id),
    [approval],
  )
}

async function waiting(
  db: SqlDatabase,
  { waits, needsApproval }: { readonly waits: readonly Wait[]; readonly needsApproval: boolean },
): Promise<string> {
  const { event, state } = submitted()
  const commits = waits.map((wait): readonly JobEvent[] => [started(T0), { type: 'job.waiting', at: T0, wait }])
  const { job } = after(state, commits.flat())
  await new SqlJobIndex(db).put({ ...entryOf(job), needsApproval }, [])
  await db.batch([[event], ...commits].map((commit, index) => journalRow(job.id, index, commit)))
  return job.id
}

/** Commits of two events after that of the submission. */
function journalRow(jobId: string, index: number, commit: readonly JobEvent[]): Statement {
  const sql = 'INSERT INTO journal (job_id, seq, events) VALUES (?, ?, ?)'
  return { sql, params: [jobId, Math.max(1, index * 2), JSON.stringify(commit)] }
}
