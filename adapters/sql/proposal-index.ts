import { bucketsIn } from '#domain/write/sample.ts'
import type { JobCursor } from '#domain/job/filter.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import { WRITE_STATUSES } from '#domain/write/write.ts'
import type {
  ProposalCounts,
  ProposalEntry,
  ProposalIds,
  ProposalIndex,
  ProposalIndexWriter,
  ProposalListQuery,
  ProposalPage,
} from '#ports/proposal-index.ts'
import { type SqlDatabase, type SqlRow, type SqlValue, numberAt, textAt } from './database.ts'
import { PROPOSAL_NAMES, deleteProposals, entryIn, putProposals } from './proposals-table.ts'

type Condition = readonly [sql: string, ...params: SqlValue[]]

/** The most statements of one batch: engines limit them. */
const TOGETHER = 40

/** How far along an index one page may be looked for, where not every proposal on the way fits. */
const FARTHEST = 5000

interface Found {
  readonly rows: readonly SqlRow[]
  readonly next: JobCursor | null
}

export class SqlProposalIndex implements ProposalIndex, ProposalIndexWriter {
  readonly #db: SqlDatabase
  readonly #farthest: number

  constructor(db: SqlDatabase, { farthest = FARTHEST }: { readonly farthest?: number } = {}) {
    this.#db = db
    this.#farthest = farthest
  }

  async list({ mostChars, ...query }: Parameters<ProposalIndex['list']>[0]): Promise<ProposalPage> {
    const { rows, next } = await this.#walk(query)
    // Not on the walk: that of a filter that few fit would read all texts on its way.
    const sizes = await this.#byId('id, LENGTH(record) AS chars', rows, query.size)
    const charsOf = (row: SqlRow): number => numberAt(sizes.get(textAt(row, 'id')) ?? { chars: 0 }, 'chars')
    const held = within(rows, charsOf, mostChars)
    const last = held.length < rows.length ? held.at(-1) : undefined
    const found = await this.#byId(PROPOSAL_NAMES, held, query.size)
    const proposals = held.flatMap((row) => {
      const whole = found.get(textAt(row, 'id'))
      return whole ? [entryIn(whole)] : []
    })
    return { proposals, next: last ? placeIn(last) : next }
  }

  async ids(query: ProposalListQuery): Promise<ProposalIds> {
    const { rows, next } = await this.#walk(query)
    return { ids: rows.map((row) => textAt(row, 'id')), next }
  }

  /** Where each is in the list, and no more of it. */
  async #walk({ tenantId, filter, size, after }: ProposalListQuery): Promise<Found> {
    const { from, where, params, time, id, way } = selection(tenantId, filter, after)
    const edge = way && (await this.#edge(way, { time, id }))
    const near = edge ? ` AND (${time}, ${id}) >= (?, ?)` : ''
    const sql = `SELECT ${time} AS created_at, ${id} AS id FROM ${from} WHERE ${where}${near} ORDER BY ${time} DESC, ${id} DESC LIMIT ?`
    // One more than requested shows whether there is a next page.
    const found = await this.#db.query(sql, ...params, ...(edge ? [edge.createdAt, edge.id] : []), size + 1)
    const rows = found.slice(0, size)
    const last = found.length > size ? rows.at(-1) : undefined
    return { rows, next: last ? placeIn(last) : edge }
  }

  /** Where to stop for now; `null` where the way ends before. */
  async #edge({ from, where, params }: Way, { time, id }: Record<'time' | 'id', string>): Promise<JobCursor | null> {
    const sql = `SELECT ${time} AS created_at, ${id} AS id FROM ${from} WHERE ${where} ORDER BY ${time} DESC, ${id} DESC LIMIT 1 OFFSET ?`
    const [row] = await this.#db.query(sql, ...params, this.#farthest)
    return row ? placeIn(row) : null
  }

  /** What the table has of these rows, by their ids. */
  async #byId(columns: string, rows: readonly SqlRow[], size: number): Promise<ReadonlyMap<string, SqlRow>> {
    const [first] = rows
    if (!first) return new Map()
    // As many marks as a page has places, so that each page is the same statement.
    const ids = Array.from({ length: size }, (_, n) => textAt(rows[n] ?? first, 'id'))
    const sql = `SELECT ${columns} FROM proposals WHERE id IN (${ids.map(() => '?').join(', ')})`
    return new Map((await this.#db.query(sql, ...ids)).map((row) => [textAt(row, 'id'), row]))
  }

  async count(tenantId: string, filter: ProposalFilter): Promise<ProposalCounts> {
    const { from, where, params } = selection(tenantId, filter)
    // Not by the bare column, which an engine may take for a reason to walk along another index.
    const by = "COALESCE(proposals.status, '')"
    const sql = `SELECT ${by} AS status, COUNT(*) AS n, COUNT(proposals.expires_at) AS ready FROM ${from} WHERE ${where} GROUP BY ${by}`
    const rows = await this.#db.query(sql, ...params)
    const counted = new Map(rows.map((row) => [textAt(row, 'status'), row]))
    const counts = WRITE_STATUSES.map((status) => {
      const row = counted.get(status)
      return [status, { total: row ? numberAt(row, 'n') : 0, ready: row ? numberAt(row, 'ready') : 0 }]
    })
    return Object.fromEntries(counts) as ProposalCounts
  }

  async put(proposals: readonly ProposalEntry[]): Promise<void> {
    const statements = putProposals(proposals)
    for (let from = 0; from < statements.length; from += TOGETHER)
      await this.#db.batch(statements.slice(from, from + TOGETHER))
  }

  async remove(jobId: string): Promise<void> {
    await this.#db.batch(deleteProposals(jobId))
  }
}

/** Those that fit into so many characters together, and at least one. */
function within(rows: readonly SqlRow[], charsOf: (row: SqlRow) => number, mostChars: number): readonly SqlRow[] {
  let chars = 0
  const tooMany = rows.findIndex((row, n) => (chars += charsOf(row)) > mostChars && n > 0)
  return tooMany === -1 ? rows : rows.slice(0, tooMany)
}

function placeIn(row: SqlRow): JobCursor {
  return { createdAt: numberAt(row, 'created_at'), id: textAt(row, 'id') }
}

interface Way {
  readonly from: string
  readonly where: string
  readonly params: readonly SqlValue[]
}

/** @param after a place in the list: only those behind it. */
function selection(tenantId: string, filter: ProposalFilter, after: JobCursor | null = null) {
  const flagged = filter.flag !== undefined
  const [time, id] = flagged
    ? (['proposal_flags.created_at', 'proposal_flags.proposal_id'] as const)
    : (['proposals.created_at', 'proposals.id'] as const)
  const onTheWay = [...leading(tenantId, filter), ...between(filter, { time, id, after })]
  const rest = others(filter)
  return {
    from: flagged ? 'proposal_flags JOIN proposals ON proposals.id = proposal_flags.proposal_id' : 'proposals',
    ...joined([...onTheWay, ...rest]),
    time,
    id,
    /** The index that is walked to find them; `null` where every row on the way fits. */
    way: rest.length > 0 ? { from: flagged ? 'proposal_flags' : 'proposals', ...joined(onTheWay) } : null,
  }
}

function joined(conditions: readonly Condition[]): Pick<Way, 'where' | 'params'> {
  const params = conditions.flatMap(([, ...values]) => values)
  return { where: conditions.map(([sql]) => sql).join(' AND '), params }
}

/** What one index is walked along for. */
function leading(tenantId: string, { flag, batch, statuses = [], jobId }: ProposalFilter): readonly Condition[] {
  if (flag !== undefined) return [['proposal_flags.tenant_id = ? AND proposal_flags.flag = ?', tenantId, flag]]
  // Beside the tenant, SQLite without statistics walks all of its proposals in their order.
  if (jobId !== undefined) return [["proposals.job_id = ? AND COALESCE(proposals.tenant_id, '') = ?", jobId, tenantId]]
  const all: Condition[] = [['proposals.tenant_id = ?', tenantId]]
  if (batch !== undefined) all.push(['proposals.batch = ?', batch])
  else if (statuses.length === 1) all.push(['proposals.status = ?', ...statuses])
  return all
}

function between(
  { createdBefore }: ProposalFilter,
  { time, id, after }: { readonly time: string; readonly id: string; readonly after: JobCursor | null },
): readonly Condition[] {
  const all: Condition[] = []
  if (createdBefore !== undefined) all.push([`${time} < ?`, createdBefore])
  if (after) all.push([`(${time}, ${id}) < (?, ?)`, after.createdAt, after.id])
  return all
}

function others({ flag, statuses = [], sample, isReady, ...rest }: ProposalFilter): readonly Condition[] {
  const all = equalities(rest)
  // The row of a flag that an edit has cured stays.
  if (flag !== undefined) all.push([`proposals.flags LIKE '%"' || proposal_flags.flag || '"%'`])
  if (statuses.length > 0) {
    const marks = statuses.map(() => '?').join(', ')
    all.push([`COALESCE(proposals.status, '') IN (${marks})`, ...statuses])
  }
  if (sample !== undefined) all.push(['proposals.bucket < ?', bucketsIn(sample)])
  if (isReady) all.push(['proposals.expires_at IS NOT NULL'])
  return all
}

/**
 * Rows from before the column have it in their record. They are read as they are: to fill them all in an upgrade would
 * take long. Text with escapes is left out, because Postgres cannot read some of them.
 */
const TARGET = `COALESCE(proposals.target, CASE WHEN REPLACE(record, '\\u', '') = record THEN record ->> 'target' END)`

/** Written so that no engine takes them for a reason to walk another way. */
function equalities({ agent, batch, jobId, target }: ProposalFilter): Condition[] {
  const all: Condition[] = []
  if (agent !== undefined) all.push(["COALESCE(proposals.agent, '') = ?", agent])
  if (batch !== undefined) all.push(["COALESCE(proposals.batch, '') = ?", batch])
  if (jobId !== undefined) all.push(["COALESCE(proposals.job_id, '') = ?", jobId])
  // Engines count code points.
  if (target !== undefined) all.push([`SUBSTR(${TARGET}, 1, ?) = ?`, Array.from(target).length, target])
  return all
}
