import { afterAll, expect, test } from 'vitest'
import { createPool } from '#adapters/postgres/pool.ts'
import { PostgresProbe } from '#adapters/postgres/probe.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/ids.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { openPostgres } from '#composition/node-postgres.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { emptyDatabase } from './scene.ts'

const clock = new SystemClock()
const world = { clock, ids: new UlidGenerator(clock, new CryptoRandom()), logger: silentLogger }
const url = await emptyDatabase()
const storage = await openPostgres({ url, briefly: false, leaseMs: 15_000 }, world)

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

test('so can one that has no room for another connection, and one that does not let us in cannot', async () => {
  await onDatabase(url, (client) => client.query(`CREATE ROLE crowd LOGIN PASSWORD 'secret' CONNECTION LIMIT 0`))
  const readAs = async (user: string): Promise<void> => {
    const address = new URL(url)
    address.username = user
    const probe = new PostgresProbe(createPool({ url: address.href, connections: 1 }))
    await probe.read().finally(() => probe.close())
  }
  await readAs('crowd')
  await expect(readAs('nobody')).rejects.toMatchObject({ code: '28P01' })
  await onDatabase(url, (client) => client.query('DROP ROLE crowd'))
})
