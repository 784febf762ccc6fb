import type { JobRecord } from '#domain/job/job.ts'
import type { JobEntry } from '#ports/job-index.ts'
import type { SqlValue, Statement } from './database.ts'
import { type JobColumn, MOVING, STAYING } from './job-columns.ts'
import { PROPOSAL_ADDITIONS, PROPOSAL_COUNTS, PROPOSAL_TABLES } from './proposals-table.ts'
import type { SqlSchema } from './schema.ts'
import { USAGE_OF_RUNS, USAGE_TABLE } from './usage-table.ts'
import type { WakeTable } from './wake-table.ts'

/** A row from before this column: a job that waits for a person waits longer than any retry, which is within the hour. */
const GUESSED_APPROVALS = `UPDATE jobs SET needs_approval = 1
  WHERE status = 'waiting' AND has_unknown_calls = 0 AND wake_at > updated_at + 3600000`

/**
 * What is known of each job without its journal. It lies beside the journals in a shared database, and alone in D1,
 * where the objects feed it. Each index of the list begins with the tenant, because callers list their tenant's jobs
 * only.
 */
export const jobsSchema: SqlSchema = {
  name: 'jobs',
  statements: [
    `CREATE TABLE jobs (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       status TEXT NOT NULL,
       agent TEXT NOT NULL,
       batch TEXT,
       created_at BIGINT NOT NULL,
       updated_at BIGINT NOT NULL,
       finished_at BIGINT,
       wake_at BIGINT NOT NULL,
       wake_kind TEXT NOT NULL,
       version BIGINT NOT NULL,
       tags TEXT NOT NULL,
       metadata TEXT NOT NULL
     ) WITHOUT ROWID`,
    'CREATE INDEX jobs_by_wake ON jobs (wake_kind, wake_at)',
    'CREATE INDEX jobs_by_time ON jobs (tenant_id, created_at, id)',
    'CREATE INDEX jobs_by_status ON jobs (tenant_id, status, created_at, id)',
    'CREATE INDEX jobs_by_agent ON jobs (tenant_id, agent, created_at, id)',
    'CREATE INDEX jobs_by_batch ON jobs (tenant_id, batch, created_at, id) WHERE batch IS NOT NULL',
    `CREATE TABLE job_tags (
       tenant_id TEXT NOT NULL,
       tag TEXT NOT NULL,
       created_at BIGINT NOT NULL,
       job_id TEXT NOT NULL,
       PRIMARY KEY (tenant_id, tag, created_at, job_id)
     ) WITHOUT ROWID`,
    'CREATE INDEX job_tags_by_job ON job_tags (job_id)',
    'DROP INDEX jobs_by_wake',
    'CREATE INDEX jobs_by_turn ON jobs (wake_kind, tenant_id, wake_at)',
    'ALTER TABLE jobs ADD COLUMN has_unknown_calls INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX jobs_with_unknown_calls ON jobs (tenant_id, created_at, id) WHERE has_unknown_calls = 1',
    ...PROPOSAL_TABLES,
    'ALTER TABLE jobs ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX jobs_that_need_approval ON jobs (tenant_id, created_at, id) WHERE needs_approval = 1',
    ...PROPOSAL_ADDITIONS,
    'ALTER TABLE jobs ADD COLUMN error_code TEXT',
    'ALTER TABLE jobs ADD COLUMN input_tokens BIGINT',
    'ALTER TABLE jobs ADD COLUMN cached_input_tokens BIGINT',
    'ALTER TABLE jobs ADD COLUMN output_tokens BIGINT',
    'CREATE INDEX jobs_by_error ON jobs (tenant_id, error_code, created_at, id) WHERE error_code IS NOT NULL',
    'ALTER TABLE jobs ADD COLUMN search_text TEXT',
    GUESSED_APPROVALS,
    'ALTER TABLE jobs ADD COLUMN cost_nanos BIGINT',
    'ALTER TABLE jobs ADD COLUMN unpriced_calls BIGINT',
    'ALTER TABLE jobs ADD COLUMN has_failed_callback INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX jobs_with_failed_callbacks ON jobs (tenant_id, created_at, id) WHERE has_failed_callback = 1',
    ...PROPOSAL_COUNTS,
    ...USAGE_TABLE,
    'ALTER TABLE jobs ADD COLUMN stop_reason TEXT',
    "CREATE INDEX jobs_that_stopped_early ON jobs (tenant_id, created_at, id) WHERE stop_reason <> 'finished'",
    ...USAGE_OF_RUNS,
    'ALTER TABLE jobs ADD COLUMN input_preview TEXT',
  ],
}

const EXECUTIONS = "wake_kind IN ('run', 'item')"

export const JOB_WAKES: WakeTable = {
  name: 'jobs',
  kindColumn: 'wake_kind',
  heldIf: "status = 'running'",
  sharesCapIf: EXECUTIONS,
}

/** For servers that execute the jobs of the table: agents with a limit have a queue of their own. D1 has no use for it. */
export const agentTurnsSchema: SqlSchema = {
  name: 'agent_turns',
  statements: [`CREATE INDEX jobs_by_agent_turn ON jobs (wake_kind, tenant_id, agent, wake_at) WHERE ${EXECUTIONS}`],
}

const COLUMNS: readonly JobColumn[] = [
  { name: 'id', type: 'text', value: ({ id }) => id },
  { name: 'created_at', type: 'bigint', value: ({ createdAt }) => createdAt },
  ...MOVING,
  ...STAYING,
]

/** For reads: `*` would change with the table, and what servers have planned with it would fail. */
export const JOB_COLUMNS = COLUMNS.map(({ name }) => `jobs.${name}`).join(', ')

const INSERT = `INSERT INTO jobs (${COLUMNS.map(({ name }) => name).join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')}) ON CONFLICT (id) DO`

const NEWER = MOVING.map(({ name }) => `${name} = excluded.${name}`).join(', ')

/** A new job; guarded: nothing where the id is taken. */
export function insertJob(entry: JobEntry): readonly Statement[] {
  return [{ sql: `${INSERT} NOTHING`, params: valuesOf(COLUMNS, entry), changes: 1 }, ...insertTags(entry)]
}

/** The job as it is, unless what is there is newer. */
export function putJob(entry: JobEntry): readonly Statement[] {
  const sql = `${INSERT} UPDATE SET ${NEWER} WHERE excluded.version > jobs.version`
  return [{ sql, params: valuesOf(COLUMNS, entry) }, ...insertTags(entry)]
}

const UPDATE = `UPDATE jobs SET ${MOVING.map(({ name }) => `${name} = ?`).join(', ')} WHERE id = ?`

/** The job as it is; guarded: nothing where there is none. */
export function updateJob(entry: JobEntry): Statement {
  return { sql: UPDATE, params: [...valuesOf(MOVING, entry), entry.id], changes: 1 }
}

/** @param known given: guarded, nothing where the job is at another version, or another job has its id. */
export function deleteJob(id: string, known?: Pick<JobRecord, 'version' | 'createdAt'>): readonly Statement[] {
  const sql = 'DELETE FROM jobs WHERE id = ?'
  const job: Statement = known
    ? { sql: `${sql} AND version = ? AND created_at = ?`, params: [id, known.version, known.createdAt], changes: 1 }
    : { sql, params: [id] }
  return [job, { sql: 'DELETE FROM job_tags WHERE job_id = ?', params: [id] }]
}

function valuesOf(columns: readonly JobColumn[], entry: JobEntry): readonly SqlValue[] {
  return columns.map(({ value }) => value(entry))
}

function insertTags({ id, tenantId, createdAt, tags }: JobEntry): readonly Statement[] {
  return tags.map((tag) => ({
    sql: 'INSERT INTO job_tags (tenant_id, tag, created_at, job_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    params: [tenantId, tag, createdAt, id],
  }))
}
