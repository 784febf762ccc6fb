import { type SqlDatabase, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'

/** In D1: where the objects are whose entries it holds; no row stands for no jurisdiction. */
export const jurisdictionSchema: SqlSchema = {
  name: 'jurisdiction',
  statements: ['CREATE TABLE jurisdiction (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL)'],
}

const KEEP = `
  INSERT INTO jurisdiction (one, name)
  SELECT 1, ? WHERE NOT EXISTS (SELECT 1 FROM jobs) AND NOT EXISTS (SELECT 1 FROM record_index)
  ON CONFLICT (one) DO UPDATE SET name = excluded.name`

/**
 * The jurisdiction that holds, `''` for none: the wanted one, unless jobs or records are stored that are elsewhere.
 * Their objects would not be found, because the name of an object has another id in each jurisdiction.
 */
export async function keepJurisdiction(db: SqlDatabase, wanted: string): Promise<string> {
  if ((await kept(db)) === wanted) return wanted
  await db.batch([{ sql: KEEP, params: [wanted] }])
  return kept(db)
}

async function kept(db: SqlDatabase): Promise<string> {
  const [row] = await db.query('SELECT name FROM jurisdiction WHERE one = 1')
  return row ? textAt(row, 'name') : ''
}
