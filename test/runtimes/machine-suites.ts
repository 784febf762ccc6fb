import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { isAllowedHost, problemWithAddress } from '#adapters/callbacks/url-guard.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { FileDispatchLog } from '#adapters/node/engine/dispatch-log.ts'
import { guardedFetch } from '#adapters/node/http/guarded-fetch.ts'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { callbackSenderContract } from '#test/contracts/callback-sender.contract.ts'
import { dispatchLogContract } from '#test/contracts/dispatch-log.contract.ts'
import { guardedFetchContract } from '#test/contracts/guarded-fetch.contract.ts'
import { type HttpServerSubject, httpServerContract } from '#test/contracts/http-server.contract.ts'
import { modelContract } from '#test/contracts/model.contract.ts'
import { FAMILIES, modelsAt, overAll, startFakeProvider } from '#test/support/fake-provider.ts'
import { type LocalReceiver, startReceiver } from '#test/support/receiver.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { type Later, type Suite, suite } from './suite.ts'
import { CRASH_MATRIX, type OpenDatabase, memorySuites, sqlLongSuites, sqlSuites } from './suites.ts'

const sqlite: OpenDatabase = (later) => {
  const db = new SqliteDatabase(':memory:')
  later(() => db.close())
  return db
}

/** A file with a writer thread. Cases share it, because opening it takes a fifth of a second; each begins without tables. */
function writtenFile(end: Later): OpenDatabase {
  let opened: SqliteWriter | null = null
  return async () => {
    opened ??= openFile(end)
    await dropTables(opened)
    return opened
  }
}

function openFile(end: Later): SqliteWriter {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  const db = new SqliteWriter(join(folder, 'errand.db'))
  db.makeRoom()
  end(async () => {
    await db.close()
    rmSync(folder, { recursive: true })
  })
  return db
}

async function dropTables(db: SqliteWriter): Promise<void> {
  const tables = await db.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
  await db.batch(tables.map(({ name }) => ({ sql: `DROP TABLE ${String(name)}`, params: [] })))
}

async function receiving(later: Later, bind?: string): Promise<LocalReceiver> {
  const receiver = await startReceiver(bind)
  later(() => receiver.close())
  return receiver
}

/**
 * Everything that a runtime must do to be taken for Node. The crash matrices are not among it: thousands of runs of the
 * same JavaScript over the same SQLite say nothing new of a runtime. `test/e2e/stories` kills the runtime itself.
 * @param end gets what is to be closed after the last case.
 */
export function runtimeSuites(server: HttpServerSubject, end: Later): readonly Suite[] {
  return allSuites(server, end).filter(({ name }) => !name.startsWith(CRASH_MATRIX))
}

/** What a runtime must do, and the crash matrices on its storages. */
export function allSuites(server: HttpServerSubject, end: Later): readonly Suite[] {
  return [
    ...memorySuites(),
    ...sqlSuites('SQLite', sqlite),
    ...sqlLongSuites('SQLite', sqlite),
    ...sqlSuites('an SQLite file', writtenFile(end)),
    suite('HttpServer', httpServerContract, () => server),
    suite('DispatchLog in files', dispatchLogContract, (later) => {
      const directory = mkdtempSync(join(tmpdir(), 'errand-'))
      later(() => {
        rmSync(directory, { recursive: true })
      })
      return {
        start: (executorId) => {
          const log = new FileDispatchLog({ directory, executorId, bootId: 'boot', logger: silentLogger })
          const die = (): void => {
            log.close()
          }
          later(die)
          return { log, die }
        },
      }
    }),
    suite('GuardedFetch', guardedFetchContract, (later) => {
      return { guardedFetch, receiving: (bind) => receiving(later, bind) }
    }),
    suite('CallbackSender', callbackSenderContract, async (later) => {
      const receiver = await receiving(later)
      const allowedHosts = [receiver.host]
      const fetch = guardedFetch({ problemWithAddress, isAllowedHost: (url) => isAllowedHost(url, allowedHosts) })
      const clock = new ManualClock()
      const sender = new HttpCallbackSender({ fetch, allowedHosts, clock })
      return { sender, receiver, passTimeout: () => clock.advance(15_000) }
    }),
    ...overAll(FAMILIES).map(({ family, model, ...transport }) =>
      suite(`Models: ${family} over ${transport.transport}`, modelContract, async (later) => {
        const fake = await startFakeProvider()
        // Deno's `fetch` keeps connections for longer than anybody should wait for them here.
        later(() => {
          void fake.stop()
        })
        return { models: modelsAt(fake.url, transport), model }
      }),
    ),
  ]
}
