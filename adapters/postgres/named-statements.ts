import { LRUCache } from 'lru-cache'
import type pg from 'pg'

/**
 * A list by many filters is 1880 texts in all, and each takes Postgres 130 KB on each connection
 * (15, `pg_backend_memory_contexts`): 245 MB. The statements of jobs and wakes have names of their
 * own, and are not counted here.
 */
const MOST = 64

/**
 * Plans a statement once a connection: gives texts with parameters a name, and takes back those
 * that were not used for longest.
 */
export function nameStatements(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown
  const parsed = (client as Partial<Remembering>).connection?.parsedStatements
  let count = 0
  const names = new LRUCache<string, string>({
    max: MOST,
    // Sent after the statement's last use, because a connection answers in order. A name is never
    // used again.
    dispose: (name) => {
      query(`DEALLOCATE ${name}`, () => {
        // A connection that has broken has no statements either. The driver would keep the text for
        // ever.
        if (parsed) Reflect.deleteProperty(parsed, name)
      })
    },
  })
  const nameOf = (text: string): string => {
    const known = names.get(text)
    if (known !== undefined) return known
    const name = `errand_${String(++count)}`
    names.set(text, name)
    return name
  }
  client.query = ((first: unknown, ...rest: unknown[]) =>
    query(isUnnamed(first) ? { ...first, name: nameOf(first.text) } : first, ...rest)) as typeof client.query
}

/** The driver's client, which its types do not show whole. */
interface Remembering {
  readonly connection: { readonly parsedStatements: Record<string, string> }
}

function isUnnamed(query: unknown): query is pg.QueryConfig {
  return typeof query === 'object' && query !== null && 'values' in query && !('name' in query)
}
