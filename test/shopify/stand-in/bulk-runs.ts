interface Run {
  readonly type: 'QUERY' | 'MUTATION'
  readonly query: string
  /** Of the variables. */
  readonly path?: string
}

interface Operation {
  readonly id: string
  readonly type: Run['type']
  readonly query: string
  status: string
  url: string | null
  partialDataUrl?: string | null
  errorCode?: string
}

/** Executes one document of a bulk operation. */
export type Execute = (document: string, variables: unknown) => Promise<unknown>

const AT_ONCE = 5

/** Bulk operations: an upload, its execution line by line, and the file of results. */
export class BulkRuns {
  readonly #origin: string
  readonly #execute: Execute
  readonly #operations = new Map<string, Operation>()
  readonly #uploads = new Map<string, string>()
  readonly #files = new Map<string, string>()
  #staged = 0
  /** How often an operation is looked at before it is done. */
  looksUntilDone = 2
  /** How they end; one that does not complete has made its first line. */
  endsAs: 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED' = 'COMPLETED'
  /** Others of this app that are under way. */
  underWay = 0

  constructor(origin: string, execute: Execute) {
    this.#origin = origin
    this.#execute = execute
  }

  all(): readonly object[] {
    return [...this.#operations.values()].map(shown)
  }

  stage() {
    const key = `tmp/1/bulk/${String(++this.#staged)}/variables.jsonl`
    return {
      url: `${this.#origin}/upload`,
      resourceUrl: null,
      parameters: [
        { name: 'acl', value: 'private' },
        { name: 'key', value: key },
      ],
    }
  }

  upload(key: string, text: string): void {
    this.#uploads.set(key, text)
  }

  file(name: string): string | undefined {
    return this.#files.get(name)
  }

  async run({ type, query, path }: Run) {
    if (this.underWay >= AT_ONCE) {
      this.underWay--
      const message = 'The maximum number of bulk operations is running'
      return { bulkOperation: null, userErrors: [{ field: null, message, code: 'LIMIT_REACHED' }] }
    }
    const variables = path === undefined ? '' : this.#uploads.get(path)
    if (variables === undefined) {
      const message = 'The JSONL file could not be found'
      return { bulkOperation: null, userErrors: [{ field: null, message, code: 'NO_SUCH_FILE' }] }
    }
    const id = `gid://shopify/BulkOperation/${String(this.#operations.size + 1)}`
    const operation: Operation = { id, type, query, status: 'RUNNING', url: null }
    this.#operations.set(id, operation)
    const name = `${String(this.#operations.size)}.jsonl`
    this.#files.set(name, await this.#results(type, query, variables))
    operation.url = `${this.#origin}/files/${name}`
    return { bulkOperation: shown(operation), userErrors: [] }
  }

  look(id: string): object | null {
    const operation = this.#operations.get(id)
    if (!operation) return null
    if (this.looksUntilDone-- <= 0) this.#end(operation)
    return shown(operation)
  }

  #end(operation: Operation): void {
    operation.status = this.endsAs
    if (this.endsAs === 'COMPLETED' || operation.url === null) return
    const name = operation.url.slice(operation.url.lastIndexOf('/') + 1)
    const [first = ''] = this.#files.get(name)?.split('\n') ?? []
    this.#files.set(`part-${name}`, `${first}\n`)
    operation.partialDataUrl = operation.url.replace(name, `part-${name}`)
    operation.errorCode = 'INTERNAL_SERVER_ERROR'
  }

  async #results(type: Run['type'], query: string, variables: string): Promise<string> {
    if (type === 'QUERY') return linesOf(await this.#execute(query, {}))
    const lines: string[] = []
    for (const [index, line] of variables
      .split('\n')
      .filter((text) => text !== '')
      .entries()) {
      const result = (await this.#execute(query, JSON.parse(line))) as object
      lines.push(`${JSON.stringify({ ...result, __lineNumber: index })}\n`)
    }
    return lines.join('')
  }
}

function shown(operation: Operation): object {
  const isDone = operation.status === 'COMPLETED'
  return {
    errorCode: null,
    createdAt: '2026-11-28T00:00:00Z',
    completedAt: null,
    objectCount: '0',
    partialDataUrl: null,
    ...operation,
    url: isDone ? operation.url : null,
  }
}

/** The nodes of the connection at the root, one a line. */
function linesOf(result: unknown): string {
  const { data } = result as { data: Record<string, { nodes?: object[]; edges?: { node: object }[] }> }
  const [connection] = Object.values(data)
  const nodes = connection?.nodes ?? connection?.edges?.map(({ node }) => node) ?? []
  return nodes.map((node) => `${JSON.stringify(node)}\n`).join('')
}
