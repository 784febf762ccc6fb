// The other side of a D1 binding, for bare workerd, which has only the binding's own: SQLite in an object, on disk like a job's.

import { DurableObject } from 'cloudflare:workers'

interface Query {
  readonly sql: string
  readonly params?: readonly unknown[] | null
}

export class Database extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const asked = await request.json<Query | readonly Query[]>()
    try {
      return Response.json(this.ctx.storage.transactionSync(() => [asked].flat().map((query) => this.#run(query))))
    } catch (error) {
      return Response.json({ success: false, error: String(error) })
    }
  }

  #run({ sql, params }: Query): unknown {
    const cursor = this.ctx.storage.sql.exec(sql, ...(params ?? []))
    const results = { columns: cursor.columnNames, rows: [...cursor.raw()] }
    return { success: true, results, meta: { rows_read: cursor.rowsRead, rows_written: cursor.rowsWritten } }
  }
}

export default {
  fetch(request: Request, { DATABASE }: { DATABASE: DurableObjectNamespace }): Promise<Response> {
    return DATABASE.getByName('index').fetch(request)
  },
}
