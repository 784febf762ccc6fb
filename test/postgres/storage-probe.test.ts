import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { isOutage } from '#adapters/postgres/outage-retry.ts'
import { PostgresProbe } from '#adapters/postgres/storage-probe.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { openPostgres } from '#composition/node/postgres.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { emptyDatabase } from './scene.ts'

const clock = new SystemClock()
const world = { clock, ids: new UlidGenerator(clock, new CryptoRandom()), logger: silentLogger }
const url = await emptyDatabase()
const storage = await openPostgres({ url, schemas: SCHEMAS, briefly: false, leaseMs: 15_000 }, world)

afterAll(() => storage.close())

test('a database whose every connection of ours is busy can be reached', async () => {
  await onDatabase(url, async (holder) => {
    await holder.query('SELECT pg_advisory_lock(1)')
    let open = 0
    const stuck = Array.from({ length: 20 }, async () => {
      open++
      await storage.db.query('SELECT pg_advisory_lock_shared(1)::text')
      open--
    })
    await storage.probe.read()
    expect(open).toBe(20)
    await holder.query('SELECT pg_advisory_unlock(1)')
    await Promise.all(stuck)
  })
})

test('one that has become full since can be reached, and one that does not let us in cannot', async () => {
  const of = (user: string): PostgresProbe => {
    const address = new URL(url)
    address.username = user
    return new PostgresProbe(address.href, { problem: null })
  }
  await onDatabase(url, async (owner) => {
    await owner.query(`CREATE ROLE crowd LOGIN PASSWORD 'secret' CONNECTION LIMIT 1`)
    await owner.query('GRANT USAGE ON SCHEMA errand TO crowd; GRANT SELECT ON ALL TABLES IN SCHEMA errand TO crowd')
    const [early, late, stranger] = [of('crowd'), of('crowd'), of('nobody')]
    await early.read()
    await expect(late.read()).rejects.toMatchObject({ code: '53300' })
    await early.read()
    await expect(stranger.read()).rejects.toMatchObject({ code: '28P01' })
    await Promise.all([early, late, stranger].map((probe) => probe.close()))
    await owner.query('DROP OWNED BY crowd; DROP ROLE crowd')
  })
})

test('one that may only be read is not ready, until it may be written to', async () => {
  const { database = '' } = new pg.Client({ connectionString: url })
  await onDatabase(url, async (owner) => {
    await owner.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`)
    const probe = new PostgresProbe(url, { problem: null })
    await expect(probe.read()).rejects.toThrow(StorageUnavailableError)
    const refused = await onDatabase(url, (reader) =>
      reader.query('DELETE FROM errand.schema_versions').catch((error: unknown) => error),
    )
    expect(isOutage(refused)).toBe(true)
    await owner.query(`ALTER DATABASE ${database} RESET default_transaction_read_only`)
    await probe.read()
    await probe.close()
  })
})
