import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { SqlRow } from '#adapters/sql/database.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { onDatabase } from '#test/support/postgres-server.ts'

/** A call as the fake model has written it down: of a job with a tag; `call` counts from 1, for each kind. */
export interface Call {
  readonly tag: number
  readonly kind: 'model' | 'tool'
  readonly call: number
  /** Epoch milliseconds. */
  readonly at: number
  /** When all of the answer had been handed to the system. */
  answeredAt: number | null
}

export function callKey({ tag, kind, call }: Pick<Call, 'tag' | 'kind' | 'call'>): string {
  return [tag, kind, call].join(' ')
}

const JOURNAL = 'SELECT job_id, events FROM journal ORDER BY job_id, seq'

/**
 * The keys of all calls whose results stand in a journal, of jobs whose input names a tag.
 * @param store URL of a Postgres, or path of an SQLite file that no server is using.
 */
export async function recordedCalls(store: string): Promise<ReadonlySet<string>> {
  const rows = store.startsWith('postgres:')
    ? await onDatabase(store, async (client) => (await client.query<SqlRow>(JOURNAL)).rows)
    : await inFile(store)
  const keys = new Set<string>()
  let [tag, ofModel, ofTool] = [0, 0, 0]
  for (const { events } of rows) {
    for (const event of JSON.parse(String(events)) as readonly JobEvent[]) {
      if (event.type === 'job.submitted') {
        ;[tag, ofModel, ofTool] = [Number(/tag (\d+)/.exec(JSON.stringify(event.input))?.[1]), 0, 0]
      } else if (event.type === 'model_call.completed') keys.add(callKey({ tag, kind: 'model', call: ++ofModel }))
      else if (event.type === 'tool_call.completed') keys.add(callKey({ tag, kind: 'tool', call: ++ofTool }))
    }
  }
  return keys
}

async function inFile(file: string): Promise<readonly SqlRow[]> {
  const db = new SqliteDatabase(file)
  const rows = await db.query(JOURNAL)
  await db.close()
  return rows
}
