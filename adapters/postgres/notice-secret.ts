import type pg from 'pg'
import { fromBase64, toBase64 } from './notice-seal.ts'

const BYTES = 32

/**
 * What the servers of this database share and no other role may read; the first that asks makes it.
 */
export async function noticeSecret(pool: pg.Pool): Promise<Uint8Array<ArrayBuffer>> {
  const made = toBase64(crypto.getRandomValues(new Uint8Array(BYTES)))
  await pool.query('INSERT INTO notice_secret (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING', [made])
  const { rows } = await pool.query<{ secret: string }>('SELECT secret FROM notice_secret')
  return fromBase64(rows[0]?.secret ?? made)
}
