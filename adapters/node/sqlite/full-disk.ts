import type { ReserveFile } from './reserve-file.ts'
import type { SqliteConnection } from './connection.ts'

type Engine = Pick<SqliteConnection, 'beginLogAnew' | 'holdSize' | 'letGrow'>
type Reserve = Pick<ReserveFile, 'take' | 'release'>

/**
 * What a database does while its disk is full. In WAL mode a deletion needs room too. Its pages go to the log first,
 * and a log that cannot be copied to the database file cannot be restarted. So the reserve is released for that copy.
 * From then on the file may not grow until the disk has room for the reserve again. Commits that fit into its free
 * pages succeed; all others are refused.
 */
export class FullDisk {
  readonly #engine: Engine
  readonly #reserve: Reserve
  #isFull = false

  constructor(engine: Engine, reserve: Reserve) {
    this.#engine = engine
    this.#reserve = reserve
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** To be called when a commit has found no room, or the reserve. Returns whether there may be room for it now. */
  enter(): boolean {
    if (this.#isFull) return this.leave()
    this.#isFull = true
    this.#reserve.release()
    this.#engine.beginLogAnew()
    this.#engine.holdSize()
    return true
  }

  /** Returns whether the disk has room again, and the database may grow. */
  leave(): boolean {
    if (this.#isFull && this.#reserve.take()) {
      this.#engine.letGrow()
      this.#isFull = false
    }
    return !this.#isFull
  }
}
