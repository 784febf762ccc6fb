import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { openPostgres } from '#composition/node/postgres.ts'
import { openPostgresTables } from '#composition/node/postgres-tables.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import type { NodeStorage } from '#composition/node/storage.ts'
import type { Clock } from '#ports/clock.ts'
import { freePort } from '#test/support/free-port.ts'
import { PostgresServer, onDatabase } from '#test/support/postgres-server.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

const WAITING = 'Waiting for the database of ERRAND_DATABASE_URL, which cannot be used yet.'

function open(url: string, clock: Clock, { logger = new RecordingLogger() } = {}): Promise<NodeStorage> {
  const ids = new UlidGenerator(clock, new CryptoRandom())
  return openPostgres({ url, schemas: SCHEMAS, briefly: false, leaseMs: 15_000 }, { clock, ids, logger })
}

const briefly = (url: string, logger = new RecordingLogger()) =>
  openPostgresTables({ url, schemas: SCHEMAS, briefly: true }, { clock: new SystemClock(), logger })

describe('at the start, a database', () => {
  let postgres: PostgresServer

  beforeAll(async () => {
    postgres = await PostgresServer.start()
  })
  afterAll(() => postgres.stop())

  /** Why it cannot be used. The clock stands still, so nothing of this is waited for. */
  async function refusal(url: string): Promise<string> {
    const error: unknown = await open(url, new ManualClock()).then(
      (storage) => storage.close(),
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(StartError)
    const { message } = error as StartError
    expect(message).toMatch(/^Cannot use the database of ERRAND_DATABASE_URL: /)
    expect(message).not.toContain('hunter2')
    return message.replace('Cannot use the database of ERRAND_DATABASE_URL: ', '')
  }

  /** A role that may connect, and nothing else. */
  async function asRole(url: string, name: string): Promise<string> {
    await onDatabase(url, async (client) => {
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'hunter2'`)
      await client.query(`REVOKE CREATE ON DATABASE ${new URL(url).pathname.slice(1)} FROM PUBLIC`)
    })
    return changed(url, { username: name, password: 'hunter2' })
  }

  test('that is away is waited for, and the log says so', async () => {
    const url = await postgres.createDatabase()
    await postgres.pause()
    const logger = new RecordingLogger()
    const back = Promise.withResolvers<undefined>()
    const warn = logger.warn.bind(logger)
    logger.warn = (message, fields) => {
      warn(message, fields)
      back.resolve(undefined)
    }
    const opened = open(url, new SystemClock(), { logger })
    await back.promise
    await postgres.resume()
    const storage = await opened
    await storage.probe.read()
    await storage.close()
    const [line] = logger.lines
    expect(line).toMatchObject({ level: 'warn', message: WAITING, fields: { address: new URL(url).host } })
    expect(JSON.stringify(logger.lines)).not.toContain('secret')
  })

  test('of an unknown name is not: it is told how to make it', async () => {
    const url = changed(await postgres.createDatabase(), { pathname: 'no"where' })
    const said = await refusal(url)
    expect(said).toMatch(/no"where.* does not exist\. .*: CREATE DATABASE "no""where" OWNER "postgres"\.$/)
  })

  test('that does not take the password is not: it is told what to correct', async () => {
    const url = await postgres.createDatabase()
    expect(await refusal(changed(url, { password: 'hunter2' }))).toMatch(
      /password authentication failed for user "postgres"\. Correct the name or the password in the URL/,
    )
    expect(await refusal(changed(url, { username: 'nobody' }))).toContain('CREATE ROLE "nobody" LOGIN')
  })

  test('whose role may not log in, or that has no room, is told how to let it', async () => {
    const url = await postgres.createDatabase()
    const mine = await asRole(url, 'guest')
    await onDatabase(url, (client) => client.query('ALTER ROLE guest NOLOGIN'))
    expect(await refusal(mine)).toMatch(/not permitted to log in\. Let it: ALTER ROLE "guest" LOGIN\.$/)
    await onDatabase(url, (client) => client.query('ALTER ROLE guest LOGIN CONNECTION LIMIT 0'))
    await expect(briefly(mine)).rejects.toThrow(/too many connections for role "guest"\. Let it take more connections/)
  })

  /** The statement that a refusal asks for, done by whoever may. */
  async function grant(url: string, said: string): Promise<void> {
    const statement = /: (GRANT .*)\.$/.exec(said)?.[1] ?? ''
    expect(statement, said).not.toBe('')
    await onDatabase(url, (client) => client.query(statement))
  }

  test('where the right to make our schemas is missing names the GRANT, and is usable after it', async () => {
    const url = await postgres.createDatabase()
    const mine = await asRole(url, 'newcomer')
    const said = await refusal(mine)
    expect(said).toMatch(/^permission denied for database .*: GRANT CONNECT, CREATE ON DATABASE "\w+" TO "newcomer"\.$/)
    await grant(url, said)
    await (await open(mine, new SystemClock())).close()
  })

  test('whose schemas are somebody else’s names each GRANT, and is usable after them', async () => {
    const url = await postgres.createDatabase()
    await (await open(url, new SystemClock())).close()
    const mine = await asRole(url, 'second')
    const named: string[] = []
    for (let left = 8; left > 0; left--) {
      const storage = await open(mine, new SystemClock()).catch(() => null)
      if (storage) {
        await storage.close()
        break
      }
      const said = await refusal(mine)
      named.push(/GRANT .* ON (?:ALL )?(\S+)/.exec(said)?.[1] ?? said)
      await grant(url, said)
    }
    expect([...new Set(named)].sort()).toEqual(['SCHEMA', 'TABLES'])
    await (await open(mine, new SystemClock())).close()
  })

  test('that is up to date is left alone: who may read and write its tables need not be able to make any', async () => {
    const url = await postgres.createDatabase()
    await (await open(url, new SystemClock())).close()
    const mine = await asRole(url, 'runner')
    await onDatabase(url, (client) =>
      client.query(
        `GRANT USAGE ON SCHEMA errand TO runner;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA errand TO runner`,
      ),
    )
    const storage = await open(mine, new SystemClock())
    await storage.serve()
    await storage.close()
  })

  describe('that a command at a terminal opens', () => {
    test('gets its tables where there are none, and those that a release has added', async () => {
      const url = await postgres.createDatabase()
      await (await briefly(url)).close()
      await onDatabase(url, (client) =>
        client.query("DROP TABLE gone_receivers; DELETE FROM schema_versions WHERE name = 'gone_receivers'"),
      )
      const storage = await briefly(url)
      expect(storage.migrated).toEqual([expect.objectContaining({ name: 'gone_receivers', from: 0 })])
      expect(await storage.db.query('SELECT * FROM gone_receivers')).toEqual([])
      await storage.close()
    })

    test('is left alone where it is up to date: whoever may read and write keys may make one', async () => {
      const url = await postgres.createDatabase()
      await (await open(url, new SystemClock())).close()
      const mine = await asRole(url, 'keeper')
      await onDatabase(url, (client) =>
        client.query(
          `GRANT USAGE ON SCHEMA errand TO keeper; GRANT SELECT ON schema_versions TO keeper; GRANT SELECT, INSERT ON api_keys TO keeper`,
        ),
      )
      const storage = await briefly(mine)
      expect(await new SqlApiKeys(storage.db).any()).toBe(false)
      await storage.close()
      await expect(open(mine, new SystemClock())).rejects.toThrow(StartError)
    })

    test('is not waited for', async () => {
      const logger = new RecordingLogger()
      const url = `postgres://errand:hunter2@127.0.0.1:${String(await freePort())}/errand`
      await expect(briefly(url, logger)).rejects.toThrow('cannot be reached')
      expect(logger.lines).toEqual([])
    })
  })
})

test('at the start, a database that stays away is given up after a minute, in one sentence', async () => {
  const clock = new ManualClock()
  const logger = new RecordingLogger()
  const port = await freePort()
  const ended: unknown[] = []
  const begun = clock.now()
  open(`postgres://errand:hunter2@127.0.0.1:${String(port)}/errand`, clock, { logger }).catch((error: unknown) => {
    ended.push(error)
  })
  while (ended.length === 0) {
    // Each attempt fails in its own time; then the clock has something to move on to.
    await new Promise(setImmediate)
    const next = clock.nextAt()
    if (next !== null) await clock.advance(next - clock.now())
  }
  const [error] = ended
  expect(error).toBeInstanceOf(StartError)
  expect((error as StartError).message).toMatch(
    new RegExp(`: the server at 127.0.0.1:${String(port)} cannot be reached \\(.*ECONNREFUSED.*\\)\\. Start it, or`),
  )
  expect(Math.floor((clock.now() - begun) / 5000)).toBe(12)
  expect(logger.lines.map(({ message }) => message)).toEqual(logger.lines.map(() => WAITING))
  expect(logger.lines.length).toBeGreaterThan(9)
})

function changed(url: string, parts: Partial<Record<'username' | 'password' | 'pathname', string>>): string {
  return Object.assign(new URL(url), parts).href
}
