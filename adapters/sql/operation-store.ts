import { VersionConflictError } from '#domain/storage/errors.ts'
import type { BulkOperation, CreatedOperation, OperationKey, OperationStore } from '#ports/operation-store.ts'
import { type SqlDatabase, type SqlRow, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const operationSchema: SqlSchema = {
  name: 'operations',
  statements: [
    `CREATE TABLE operations (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       status TEXT NOT NULL,
       version INTEGER NOT NULL,
       finished_at INTEGER,
       wake_kind TEXT NOT NULL,
       wake_at INTEGER,
       record TEXT NOT NULL
     )`,
    "CREATE INDEX operations_running ON operations (id) WHERE status = 'running'",
    'CREATE INDEX operations_by_turn ON operations (wake_kind, tenant_id, wake_at)',
    'CREATE INDEX operations_finished ON operations (finished_at) WHERE finished_at IS NOT NULL',
  ],
}

/** How long a completed operation can be asked for. */
export const KEEP_MS = 30 * 86_400_000

/** What the next slice of an operation waits for. */
export const OPERATE = 'operate'

export class SqlOperationStore implements OperationStore {
  readonly #db: SqlDatabase
  readonly #onDue: (operation: BulkOperation) => void

  /** @param onDue is told of an operation right after each of its commits, as long as there is more to do. */
  constructor(db: SqlDatabase, onDue: (operation: BulkOperation) => void) {
    this.#db = db
    this.#onDue = onDue
  }

  async create(operation: BulkOperation): Promise<CreatedOperation> {
    const { id, tenantId, status, version } = operation
    const created = await this.#db.batch([
      {
        sql: `INSERT INTO operations (id, tenant_id, status, version, wake_kind, wake_at, record) VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO NOTHING`,
        params: [id, tenantId, status, version, OPERATE, wakeAt(operation), JSON.stringify(operation)],
        changes: 1,
      },
      // Whoever makes new ones cleans up after the old.
      { sql: 'DELETE FROM operations WHERE finished_at < ?', params: [operation.createdAt - KEEP_MS] },
    ])
    if (!created) return { operation: (await this.load(id)) ?? operation, created }
    this.#tell(operation)
    return { operation, created }
  }

  async get(tenantId: string, id: string): Promise<BulkOperation | null> {
    const operation = await this.load(id)
    return operation?.tenantId === tenantId ? operation : null
  }

  async load(id: string): Promise<BulkOperation | null> {
    const [row] = await this.#db.query('SELECT record FROM operations WHERE id = ?', id)
    return row ? operationIn(row) : null
  }

  async save(operation: BulkOperation): Promise<void> {
    const { id, status, version, finishedAt } = operation
    const saved = await this.#db.batch([
      {
        sql: `UPDATE operations SET status = ?, version = ?, finished_at = ?, wake_at = ?, record = ?
              WHERE id = ? AND version = ?`,
        params: [status, version, finishedAt, wakeAt(operation), JSON.stringify(operation), id, version - 1],
        changes: 1,
      },
    ])
    if (!saved) throw new VersionConflictError(id, version - 1)
    this.#tell(operation)
  }

  async unfinished(): Promise<readonly OperationKey[]> {
    const rows = await this.#db.query("SELECT id, tenant_id FROM operations WHERE status = 'running' ORDER BY id")
    return rows.map((row) => ({ id: textAt(row, 'id'), tenantId: textAt(row, 'tenant_id') }))
  }

  #tell(operation: BulkOperation): void {
    if (wakeAt(operation) !== null) this.#onDue(operation)
  }
}

/** When the next slice is due (epoch ms): behind those of the tenant's other operations that have waited for longer. */
function wakeAt({ status, updatedAt }: BulkOperation): number | null {
  return status === 'running' ? updatedAt : null
}

function operationIn(row: SqlRow): BulkOperation {
  return JSON.parse(textAt(row, 'record')) as BulkOperation
}
