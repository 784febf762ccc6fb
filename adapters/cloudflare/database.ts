import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { outageOr } from '#adapters/sql/outage.ts'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'

class GuardFailed extends Error {}

/** `SqlDatabase` over the SQLite inside a Durable Object. Nothing leaves the object before what it wrote is durable (its output gate). */
export class DurableObjectDatabase implements SqlDatabase {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Asking stores nothing: an object that was only asked for leaves no trace. */
  hasTable(name: string): boolean {
    return this.run("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).length > 0
  }

  /** Leaves nothing: no table and, since the compatibility date 2026-02-24, no alarm. */
  async erase(): Promise<void> {
    await this.#storage.deleteAll()
  }

  /** At once: what is written next, before anything of the world is awaited, is kept together with it or not at all. */
  run(sql: string, ...params: readonly SqlValue[]): readonly SqlRow[] {
    try {
      return this.#storage.sql.exec<Record<string, SqlValue>>(sql, ...params).toArray()
    } catch (error) {
      throw outageOr(error)
    }
  }

  /** All that `work` runs, or nothing where it throws. */
  atomically<T>(work: () => T): T {
    return this.#storage.transactionSync(work)
  }

  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return settled(() => this.run(sql, ...params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return settled(() => {
      try {
        this.atomically(() => {
          for (const statement of statements) this.#execute(statement)
        })
        return true
      } catch (error) {
        if (error instanceof GuardFailed) return false
        throw error
      }
    })
  }

  #execute({ sql, params, changes }: Statement): void {
    this.run(sql, ...params)
    if (changes === undefined) return
    const [row] = this.run('SELECT changes() AS n')
    if (row?.['n'] !== changes) throw new GuardFailed()
  }
}

/** The engine is synchronous; what it throws must still be a rejection. */
export async function settled<T>(work: () => T): Promise<T> {
  return Promise.resolve(work())
}
