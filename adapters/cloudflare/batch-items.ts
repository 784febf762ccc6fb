import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { itemAdditions, itemTables } from '#adapters/sql/batch-tables.ts'
import { numberAt, textAt } from '#adapters/sql/database.ts'
import { Grouped } from '#adapters/sql/grouped.ts'
import { type SqlSchema, migrate } from '#adapters/sql/schema.ts'
import type { ItemEnd } from '#domain/batch/item.ts'
import type { DoneItem } from '#ports/batch-items.ts'
import type { ContentIndex } from './content-index.ts'
import type { DurableObjectDatabase } from './database.ts'

/** Lists of batches and contents are in D1, so these tables have no indexes for them: each row of one is billed. */
const objectItemSchema: SqlSchema = { name: 'batch_items', statements: [...itemTables, ...itemAdditions] }

/** Rows of D1 that one query deletes. */
const ERASED_AT_ONCE = 2000
/** Queries of one wake; D1 takes a thousand of one invocation (https://developers.cloudflare.com/d1/platform/limits/). */
const MOST_ERASES = 50

const DONE = `
  SELECT tenant_id, line, round, content_key FROM batch_items
  WHERE batch_id = ? AND status = 'completed' AND content_key IS NOT NULL`

interface Done extends DoneItem {
  readonly tenantId: string
}

/** The items of one batch, in its object. What other batches must find of them is in D1. */
export class ObjectBatchItems extends SqlBatchItems {
  readonly #db: DurableObjectDatabase
  readonly #contents: ContentIndex
  /** Ends that come while a write is under way share the next one. */
  readonly #published = new Grouped<readonly Done[], void>((group) => this.#publishAll(group))
  #erasedTo = 0
  #isUpToDate = false

  constructor(db: DurableObjectDatabase, contents: ContentIndex) {
    super(db)
    this.#db = db
    this.#contents = contents
  }

  /**
   * Whether the object holds a batch; then its tables are those of this release. Asking another one stores nothing, so
   * that an object that was only asked for leaves no trace.
   */
  async isMade(): Promise<boolean> {
    const isMade = this.#db.hasTable('batch_items')
    if (isMade) await this.#bringUpToDate()
    return isMade
  }

  async #bringUpToDate(): Promise<void> {
    if (!this.#isUpToDate) await migrate(this.#db, objectItemSchema)
    this.#isUpToDate = true
  }

  override async open(batch: Parameters<SqlBatchItems['open']>[0]): Promise<void> {
    await this.#bringUpToDate()
    await super.open(batch)
  }

  override done(tenantId: string, contentKeys: readonly string[]): Promise<readonly DoneItem[]> {
    return this.#contents.find(tenantId, contentKeys)
  }

  /**
   * Counts the ends, then says in D1 what is done. When D1 fails, the ends are counted all the same.
   * @throws when D1 fails: then they are to be said again.
   */
  override async end(batchId: string, ends: readonly ItemEnd[]): Promise<void> {
    await super.end(batchId, ends)
    const lines = ends.filter(({ status }) => status === 'completed').map(({ line }) => line)
    const sql = `${DONE} AND line IN (SELECT value FROM json_each(?))`
    const done = lines.length === 0 ? [] : this.#db.run(sql, batchId, JSON.stringify(lines))
    if (done.length > 0) await this.#published.add(done.map((row) => doneIn(batchId, row)))
  }

  /**
   * Deletes what D1 has of the items. The items themselves go with the object's storage as a whole, because rows that are
   * deleted one by one are billed one by one. After the death of the object it begins again.
   */
  override async erase(batchId: string): Promise<boolean> {
    for (let queries = 0; queries < MOST_ERASES; queries++) {
      const rows = this.#db.run(`${DONE} AND line > ? ORDER BY line LIMIT ?`, batchId, this.#erasedTo, ERASED_AT_ONCE)
      const [first, last] = [rows[0], rows.at(-1)]
      if (!first || !last) return true
      const keys = rows.map((row) => textAt(row, 'content_key'))
      await this.#contents.remove(textAt(first, 'tenant_id'), batchId, keys)
      this.#erasedTo = numberAt(last, 'line')
    }
    return false
  }

  async #publishAll(group: readonly (readonly Done[])[]) {
    const done = group.flat()
    const [first] = done
    if (first) await this.#contents.add(first.tenantId, done)
    return group.map(() => ({ value: undefined }))
  }
}

function doneIn(batchId: string, row: Parameters<typeof textAt>[0]): Done {
  return {
    tenantId: textAt(row, 'tenant_id'),
    batchId,
    line: numberAt(row, 'line'),
    round: numberAt(row, 'round'),
    contentKey: textAt(row, 'content_key'),
  }
}
