import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlIdSecret } from '#adapters/sql/id-secret.ts'
import type { IdSecret } from '#ports/id-secret.ts'
import type { Settings } from './settings/settings.ts'

/** The one that is set, or else the one in the database. */
export function idSecretOf({ idSecret }: Settings, db: SqlDatabase): IdSecret {
  return idSecret === null ? new SqlIdSecret(db) : { read: () => Promise.resolve(idSecret) }
}
