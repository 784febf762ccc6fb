import { describe, expect, test } from 'vitest'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { openPostgres } from '#composition/node/postgres.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import type { NodeStorage } from '#composition/node/storage.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { emptyDatabase } from './scene.ts'

const clock = new SystemClock()
const ids = new UlidGenerator(clock, new CryptoRandom())

function open(url: string, briefly = false): Promise<NodeStorage> {
  return openPostgres({ url, schemas: SCHEMAS, briefly, leaseMs: 15_000 }, { clock, ids, logger: silentLogger })
}

describe('a database that a newer release has brought further', () => {
  test.each([
    {
      tables: 'records',
      level: 99,
      change: "UPDATE errand.schema_versions SET version = 99 WHERE name = 'records'",
    },
    {
      tables: 'postgres',
      level: 9999,
      change: "UPDATE errand.schema_versions SET version = 9999 WHERE name = 'postgres'",
    },
  ])('is refused, and left as it is: $tables', async ({ tables, level, change }) => {
    const url = await emptyDatabase()
    await (await open(url)).close()
    await onDatabase(url, (client) => client.query(change))
    const levels = () =>
      onDatabase(url, async (client) => {
        const { rows } = await client.query<{ name: string }>('SELECT * FROM errand.schema_versions ORDER BY name')
        return rows
      })
    const before = await levels()
    const sentence = `The database belongs to a newer release of Errand (its tables "${tables}" are at level ${String(level)}, and this`
    await expect(open(url)).rejects.toThrow(sentence)
    await expect(open(url, true)).rejects.toThrow(sentence)
    expect(await levels()).toEqual(before)
  })
})
