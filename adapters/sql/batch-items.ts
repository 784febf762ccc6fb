import type { BatchControl, BatchItem, BatchTotals, ItemEnd, ItemKey, ItemStatus } from '#domain/batch/item.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Append, BatchItems, DoneItem, ItemQuery, Slice } from '#ports/batch-items.ts'
import {
  ITEMS_BY_STATUS,
  ITEM_COLUMNS,
  TOTALS_COLUMNS,
  changesBy,
  guardOf,
  insertItems,
  itemIn,
  totalsIn,
  updateTotals,
} from './batch-tables.ts'
import { type SqlDatabase, type SqlValue, type Statement, numberAt, textAt } from './database.ts'
import { Grouped } from './grouped.ts'
import { doneIn, doneStatement, linesStatement } from './items-by-key.ts'
import { despiteLostAnswer, onceMore } from './lost-answer.ts'
import { slicesOf } from './slices.ts'

/** As many as every engine takes in one statement: a Durable Object takes a hundred. */
const MOST_PARAMS = 99
/** Another writer may come between a read and the write that relies on it. */
const MOST_TRIES = 20

interface Ends {
  readonly batchId: string
  readonly ends: readonly ItemEnd[]
}

/** Which items change, from what to what. */
interface Move {
  readonly batchId: string
  readonly from: ItemStatus
  readonly to: ItemStatus
  /** Condition on the items, beside their status. */
  readonly where: string
  readonly params: readonly SqlValue[]
  /** What is set beside the status. */
  readonly set: string
  readonly setParams: readonly SqlValue[]
  readonly most: number
}

/**
 * Items in a table, and the totals of each batch in a row of another. Every write changes the totals first, so that
 * two writers of one batch wait for each other there and nowhere else.
 */
export class SqlBatchItems implements BatchItems {
  readonly #db: SqlDatabase
  readonly #mostParams: number
  /** Ends that arrive during a commit share the next one, so a batch's totals are written once for all of them. */
  readonly #ends = new Grouped<Ends, void>((group) => this.#endAll(group))

  constructor(db: SqlDatabase, { mostParams = MOST_PARAMS }: { readonly mostParams?: number } = {}) {
    this.#db = db
    this.#mostParams = mostParams
  }

  async open(batch: { readonly id: string; readonly tenantId: string; readonly at: number }): Promise<void> {
    const { id, tenantId, at } = batch
    const sql = `INSERT INTO batch_totals (batch_id, tenant_id, created_at, next, closed, window_size, last_item_at)
      VALUES (?, ?, ?, 0, 0, 0, ?) ON CONFLICT (batch_id) DO NOTHING`
    await this.#db.batch([{ sql, params: [id, tenantId, at, at] }])
  }

  async totals(batchId: string): Promise<BatchTotals | null> {
    const [row] = await this.#db.query(`SELECT ${TOTALS_COLUMNS} FROM batch_totals WHERE batch_id = ?`, batchId)
    return row ? totalsIn(row) : null
  }

  async control(batchId: string, { isClosed, window, version }: BatchControl): Promise<void> {
    const sql = `UPDATE batch_totals SET closed = ?, window_size = ?, control_version = ?
      WHERE batch_id = ? AND control_version < ?`
    await this.#db.batch([{ sql, params: [Number(isClosed), window, version, batchId, version] }])
  }

  append(lines: Append): Promise<boolean> {
    const { batchId, from, items, at } = lines
    const counted = { pending: 0, failed: 0, skipped: 0 }
    for (const { status } of items) counted[status]++
    const totals = updateTotals(
      batchId,
      { ...counted, refused_lines: counted.failed, next: items.length },
      { where: 'next = ? AND closed = 0', params: [from] },
    )
    const seen = { sql: 'UPDATE batch_totals SET last_item_at = ? WHERE batch_id = ?', params: [at, batchId] }
    return this.#db.batch([totals, seen, ...insertItems(lines, this.#mostParams)])
  }

  async linesOf(batchId: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const lines = new Map<string, number>()
    for (const some of slicesOf(keys, this.#mostParams - 1)) {
      const rows = await this.#db.query(linesStatement(some.length), ...some, batchId)
      for (const row of rows) if (row['line'] !== null) lines.set(textAt(row, 'item_key'), numberAt(row, 'line'))
    }
    return lines
  }

  async done(tenantId: string, contentKeys: readonly string[]): Promise<readonly DoneItem[]> {
    const found: DoneItem[] = []
    for (const keys of slicesOf(contentKeys, this.#mostParams - 1)) {
      const rows = await this.#db.query(doneStatement(keys.length), ...keys, tenantId)
      found.push(...rows.flatMap(doneIn))
    }
    return found
  }

  async take({ batchId, most, at }: Slice): Promise<readonly BatchItem[]> {
    return this.#whileOvertaken(batchId, async () => {
      const totals = await this.totals(batchId)
      const room = totals ? Math.min(most, totals.window - totals.counts.running) : 0
      const set = { set: 'taken_at = ?', setParams: [at] }
      return room <= 0
        ? []
        : this.#move({ batchId, from: 'pending', to: 'running', where: '', params: [], ...set, most: room })
    })
  }

  async giveBack(batchId: string, items: readonly ItemKey[]): Promise<void> {
    await this.#whileOvertaken(batchId, async () => {
      const running = await this.#those('running', batchId, items)
      if (running.length === 0) return true
      const totals = updateTotals(batchId, { running: -running.length, pending: running.length })
      const moved = running.map(({ line, round }) => ({
        sql: `UPDATE batch_items SET status = 'pending', taken_at = NULL WHERE batch_id = ? AND line = ? AND round = ? AND status = 'running'`,
        params: [batchId, line, round],
        changes: 1,
      }))
      return (await this.#db.batch([totals, ...moved])) || null
    })
  }

  end(batchId: string, ends: readonly ItemEnd[]): Promise<void> {
    return ends.length === 0 ? Promise.resolve() : this.#ends.add({ batchId, ends })
  }

  async cancelPending({ batchId, most, at }: Slice): Promise<number> {
    const move = { batchId, from: 'pending', to: 'canceled', where: '', params: [], most } as const
    const moved = () => this.#move({ ...move, set: 'ended_at = ?', setParams: [at] })
    return (await this.#whileOvertaken(batchId, moved)).length
  }

  async reopen({ batchId, most, status, round }: Parameters<BatchItems['reopen']>[0]): Promise<number> {
    const untaken = status === 'canceled' ? 'AND taken_at IS NULL' : ''
    const which = { where: `AND input IS NOT NULL AND round < ? ${untaken}`, params: [round] }
    const set = { set: 'round = ?, problem = NULL, taken_at = NULL, ended_at = NULL', setParams: [round] }
    const moved = () => this.#move({ batchId, from: status, to: 'pending', ...which, ...set, most })
    return (await this.#whileOvertaken(batchId, moved)).length
  }

  async list({ batchId, status, after, size }: ItemQuery): Promise<readonly BatchItem[]> {
    const [from, of] = status === undefined ? ['batch_items', ''] : [ITEMS_BY_STATUS, 'AND status = ?']
    const params = status === undefined ? [batchId, after, size] : [batchId, status, after, size]
    const sql = `SELECT ${ITEM_COLUMNS} FROM ${from} WHERE batch_id = ? ${of} AND line > ? ORDER BY line LIMIT ?`
    return (await this.#db.query(sql, ...params)).map(itemIn)
  }

  async erase(batchId: string, most: number): Promise<boolean> {
    const some = 'SELECT line FROM batch_items WHERE batch_id = ? ORDER BY line LIMIT ?'
    const sql = `DELETE FROM batch_items WHERE batch_id = ? AND line IN (${some})`
    await this.#db.batch([{ sql, params: [batchId, batchId, most] }])
    if ((await this.#db.query(some, batchId, 1)).length > 0) return false
    await this.#db.batch([{ sql: 'DELETE FROM batch_totals WHERE batch_id = ?', params: [batchId] }])
    return true
  }

  async #endAll(group: readonly Ends[]) {
    const merged = new Map<string, ItemEnd[]>()
    for (const { batchId, ends } of group) merged.set(batchId, [...(merged.get(batchId) ?? []), ...ends])
    // A repeat counts nothing twice, so an answer that was lost costs no wait for the check of the batch.
    for (const [batchId, ends] of merged)
      await onceMore(() => this.#whileOvertaken(batchId, () => this.#count(batchId, ends)))
    return group.map(() => ({ value: undefined }))
  }

  /** `null` where another writer came between. */
  async #count(batchId: string, ends: readonly ItemEnd[]): Promise<true | null> {
    const running = new Set((await this.#those('running', batchId, ends)).map(({ line }) => line))
    // Of two ends of one line, the first counts.
    const counted = ends.filter(({ line }) => running.delete(line))
    if (counted.length === 0) return true
    const statements = counted.map(({ line, round, status, stopReason, problem, at }) => ({
      sql: `UPDATE batch_items SET status = ?, stop_reason = ?, problem = ?, ended_at = ?
        WHERE batch_id = ? AND line = ? AND round = ? AND status = 'running'`,
      params: [status, stopReason ?? null, problem && JSON.stringify(problem), at, batchId, line, round],
      changes: 1,
    }))
    return (await this.#db.batch([updateTotals(batchId, changesBy(counted)), ...statements])) || null
  }

  /** Those of the items that have this status, in their round. */
  async #those(status: ItemStatus, batchId: string, items: readonly ItemKey[]): Promise<readonly ItemKey[]> {
    const rounds = new Map(items.map(({ line, round }) => [line, round]))
    const rows = await this.#inSlices([...rounds.keys()], (marks) => ({
      sql: `SELECT line, round FROM batch_items WHERE batch_id = ? AND status = ? AND line IN (${marks})`,
      params: [batchId, status],
    }))
    return rows
      .map((row) => ({ line: numberAt(row, 'line'), round: numberAt(row, 'round') }))
      .filter(({ line, round }) => rounds.get(line) === round)
  }

  /** The next items that fit; `null` where another writer came between. Those between the first and the last are all meant. */
  async #move(move: Move): Promise<readonly BatchItem[] | null> {
    const { batchId, from, to, where, params, set, setParams, most } = move
    const which = `batch_id = ? AND status = ? ${where}`
    const found = `SELECT ${ITEM_COLUMNS} FROM ${ITEMS_BY_STATUS} WHERE ${which} ORDER BY line LIMIT ?`
    const items = (await this.#db.query(found, batchId, from, ...params, most)).map(itemIn)
    const [first, last] = [items[0], items.at(-1)]
    if (!first || !last) return []
    const guard = guardOf(to, items.length)
    const changed: Statement = {
      sql: `UPDATE ${ITEMS_BY_STATUS} SET status = ?, ${set} WHERE ${which} AND line BETWEEN ? AND ?`,
      params: [to, ...setParams, batchId, from, ...params, first.line, last.line],
      changes: items.length,
    }
    const totals = updateTotals(batchId, { [from]: -items.length, [to]: items.length }, guard)
    const moved = () => this.#db.batch([totals, changed])
    const isMoved = async () => (await this.#those(to, batchId, items)).length === items.length
    return (await despiteLostAnswer(moved, isMoved)) ? items : null
  }

  /** @throws {VersionConflictError} when other writers are always first: then it is to be tried again later. */
  async #whileOvertaken<T>(batchId: string, work: () => Promise<T | null>): Promise<T> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const result = await work()
      if (result !== null) return result
    }
    throw new VersionConflictError(batchId, 0)
  }

  async #inSlices(
    values: readonly SqlValue[],
    query: (marks: string) => { readonly sql: string; readonly params: readonly SqlValue[] },
  ) {
    const rows = []
    for (const slice of slicesOf(values, this.#mostParams - 2)) {
      const { sql, params } = query(slice.map(() => '?').join(', '))
      rows.push(...(await this.#db.query(sql, ...params, ...slice)))
    }
    return rows
  }
}
