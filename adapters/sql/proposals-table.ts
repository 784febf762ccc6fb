import { bucketOf } from '#domain/write/sample.ts'
import type { WriteRecord } from '#domain/write/write.ts'
import type { ProposalEntry } from '#ports/proposal-index.ts'
import { type SqlRow, type SqlValue, type Statement, textAt } from './database.ts'

/**
 * What is known of each write, with both texts, so that a page for a reviewer is one query. The tables lie where the heads
 * of jobs lie.
 */
export const PROPOSAL_TABLES: readonly string[] = [
  `CREATE TABLE proposals (
     id TEXT PRIMARY KEY,
     tenant_id TEXT NOT NULL,
     job_id TEXT NOT NULL,
     agent TEXT NOT NULL,
     batch TEXT,
     status TEXT NOT NULL,
     created_at BIGINT NOT NULL,
     expires_at BIGINT,
     bucket BIGINT NOT NULL,
     version BIGINT NOT NULL,
     flags TEXT NOT NULL,
     record TEXT NOT NULL
   ) WITHOUT ROWID`,
  'CREATE INDEX proposals_by_time ON proposals (tenant_id, created_at, id)',
  'CREATE INDEX proposals_by_status ON proposals (tenant_id, status, created_at, id)',
  'CREATE INDEX proposals_by_batch ON proposals (tenant_id, batch, created_at, id) WHERE batch IS NOT NULL',
  'CREATE INDEX proposals_by_job ON proposals (job_id)',
  `CREATE TABLE proposal_flags (
     tenant_id TEXT NOT NULL,
     flag TEXT NOT NULL,
     created_at BIGINT NOT NULL,
     proposal_id TEXT NOT NULL,
     job_id TEXT NOT NULL,
     PRIMARY KEY (tenant_id, flag, created_at, proposal_id)
   ) WITHOUT ROWID`,
  'CREATE INDEX proposal_flags_by_job ON proposal_flags (job_id)',
]

/** What came to them later. */
export const PROPOSAL_ADDITIONS: readonly string[] = ['ALTER TABLE proposals ADD COLUMN target TEXT']

/** With what counts ask for: for the texts beside it, SQLite took 20 s at 150 000 proposals. */
export const PROPOSAL_COUNTS: readonly string[] = [
  'DROP INDEX proposals_by_status',
  `CREATE INDEX proposals_by_status ON proposals
     (tenant_id, status, created_at, id, expires_at, agent, bucket)`,
  'DROP INDEX proposals_by_batch',
  `CREATE INDEX proposals_by_batch ON proposals
     (tenant_id, batch, created_at, id, status, expires_at, agent, bucket) WHERE batch IS NOT NULL`,
]

/** The columns of the table, in order, of an entry. */
export const PROPOSAL_COLUMNS: readonly {
  readonly name: string
  readonly type: 'text' | 'bigint'
  readonly value: (entry: ProposalEntry) => SqlValue
}[] = [
  { name: 'id', type: 'text', value: ({ write }) => write.id },
  { name: 'tenant_id', type: 'text', value: ({ tenantId }) => tenantId },
  { name: 'job_id', type: 'text', value: ({ jobId }) => jobId },
  { name: 'agent', type: 'text', value: ({ agent }) => agent },
  { name: 'batch', type: 'text', value: ({ batch }) => batch },
  { name: 'status', type: 'text', value: ({ write }) => write.status },
  { name: 'created_at', type: 'bigint', value: ({ write }) => write.createdAt },
  { name: 'expires_at', type: 'bigint', value: ({ expiresAt }) => expiresAt },
  { name: 'bucket', type: 'bigint', value: ({ write }) => bucketOf(write.id) },
  { name: 'version', type: 'bigint', value: ({ write }) => write.version },
  { name: 'flags', type: 'text', value: ({ write }) => JSON.stringify(write.flags.map(({ name }) => name)) },
  { name: 'record', type: 'text', value: ({ write }) => JSON.stringify(write) },
  { name: 'target', type: 'text', value: ({ write }) => storable(write.target) },
]

const NAMES = PROPOSAL_COLUMNS.map(({ name }) => name)

/** For reads, which do not name `*`: what servers have planned must outlast new columns. */
export const PROPOSAL_NAMES = NAMES.join(', ')

/** What a newer entry replaces. */
export const PROPOSAL_CHANGES = ['status', 'expires_at', 'version', 'flags', 'record', 'target']
  .map((name) => `${name} = excluded.${name}`)
  .join(', ')

/** The columns of what flags say. */
export const FLAG_COLUMNS = ['tenant_id', 'flag', 'created_at', 'proposal_id', 'job_id'] as const

/** Each as it is, unless what is there is newer. */
export function putProposals(entries: readonly ProposalEntry[]): readonly Statement[] {
  return entries.flatMap((entry) => [
    {
      sql: `INSERT INTO proposals (${NAMES.join(', ')}) VALUES (${NAMES.map(() => '?').join(', ')})
        ON CONFLICT (id) DO UPDATE SET ${PROPOSAL_CHANGES} WHERE excluded.version > proposals.version`,
      params: PROPOSAL_COLUMNS.map(({ value }) => value(entry)),
    },
    ...putFlags(entry),
  ])
}

export function deleteProposals(jobId: string): readonly Statement[] {
  return ['proposals', 'proposal_flags'].map((table) => ({
    sql: `DELETE FROM ${table} WHERE job_id = ?`,
    params: [jobId],
  }))
}

export function entryIn(row: SqlRow): ProposalEntry {
  const { batch, expires_at: expiresAt } = row
  return {
    tenantId: textAt(row, 'tenant_id'),
    jobId: textAt(row, 'job_id'),
    agent: textAt(row, 'agent'),
    batch: typeof batch === 'string' ? batch : null,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
    // Rows of before this field was there lack it.
    write: { requestedAt: null, ...(JSON.parse(textAt(row, 'record')) as Omit<WriteRecord, 'requestedAt'>) },
  }
}

/** Rows for flags that an edit has cured stay: lists look at the proposal itself, too. */
function putFlags({ tenantId, jobId, write }: ProposalEntry): readonly Statement[] {
  return write.flags.map(({ name }) => ({
    sql: `INSERT INTO proposal_flags (${FLAG_COLUMNS.join(', ')}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    params: [tenantId, name, write.createdAt, write.id, jobId],
  }))
}

/** Postgres takes neither the character NUL nor half of a surrogate pair, and a model may write both. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
