import type pg from 'pg'
import { type SchemaChange, type SqlSchema, migrate, refuseNewer } from '#adapters/sql/schema.ts'
import { PostgresDatabase } from './database.ts'
import type { PostgresOutageRetry } from './outage-retry.ts'
import { IN_HAND } from './claim-statements.ts'
import { SCHEMA } from './pool.ts'

/** Any number that no other program uses: advisory locks belong to the whole database. */
const LOCK = 0x6572_7264

/**
 * What only Postgres needs: finding jobs whose executor is gone, room in each page for rows that
 * are rewritten, and what seals notices.
 */
const postgresSchema: SqlSchema = {
  name: 'postgres',
  statements: [
    "CREATE INDEX jobs_in_execution ON jobs (wake_at) WHERE status = 'running'",
    'ALTER TABLE jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)',
    'CREATE TABLE notice_secret (id INTEGER PRIMARY KEY CHECK (id = 1), secret TEXT NOT NULL)',
    'ALTER TABLE jobs ADD COLUMN claimed_until BIGINT',
    'ALTER TABLE records ADD COLUMN claimed_until BIGINT',
    `CREATE INDEX jobs_in_hand_by_agent ON jobs (agent) WHERE ${IN_HAND}`,
  ],
}

export interface MigrationDeps {
  readonly pool: pg.Pool
  readonly retry: PostgresOutageRetry
  readonly schemas: readonly SqlSchema[]
}

/**
 * Whether the rows of each of our tables may be read and written. Up-to-date tables may belong to
 * another role.
 */
const MAY_WRITE = `
  SELECT bool_and(has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
    AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) AS may
  FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')`

/**
 * Whether a server would find nothing to make or change, which takes it a few questions instead of
 * a migration.
 * @throws {NewerSchemaError}
 */
export async function isReady({ pool, schemas }: Omit<MigrationDeps, 'retry'>): Promise<boolean> {
  if (!(await isUpToDate(pool, schemas))) return false
  const { rows } = await pool.query<{ may: boolean }>(MAY_WRITE, [SCHEMA])
  return rows[0]?.may === true
}

/** Whether every table of ours is there and up to date. @throws {NewerSchemaError} */
export async function isUpToDate(pool: pg.Pool, schemas: readonly SqlSchema[]): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${SCHEMA}.schema_versions`,
  ])
  if (rows[0]?.there !== true) return false
  const found = await pool.query<{ name: string; version: number }>('SELECT name, version FROM schema_versions')
  const versions = new Map(found.rows.map(({ name, version }) => [name, version]))
  const ours = [...schemas, postgresSchema]
  refuseNewer(ours, versions)
  return ours.every(({ name, statements }) => versions.get(name) === statements.length)
}

/**
 * Brings every table up to date. Safe to repeat, and by several at once: one does it, and the
 * others wait. The result is what changed.
 * @throws {NewerSchemaError}
 */
export async function migrateAll({ pool, retry, schemas }: MigrationDeps): Promise<readonly SchemaChange[]> {
  const holder = await pool.connect()
  // An idle connection that breaks emits an error. The next query over it fails, which is enough.
  holder.on('error', () => undefined)
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK])
    // "IF NOT EXISTS" would ask for the right to make it even where it is there.
    const { rows } = await holder.query<{ there: boolean }>('SELECT to_regnamespace($1) IS NOT NULL AS there', [SCHEMA])
    if (rows[0]?.there !== true) await holder.query(`CREATE SCHEMA ${SCHEMA}`)
    const db = new PostgresDatabase(pool, retry)
    return await migrate(db, ...schemas, postgresSchema)
  } finally {
    // The lock ends with its connection in any case.
    holder.release(true)
  }
}
