import { bucketsIn } from '#domain/write/sample.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import { WRITE_STATUSES } from '#domain/write/write.ts'
import type {
  ProposalCounts,
  ProposalEntry,
  ProposalIndex,
  ProposalIndexWriter,
  ProposalListQuery,
  ProposalPage,
} from '#ports/proposal-index.ts'
import { type SqlDatabase, type SqlValue, numberAt, textAt } from './database.ts'
import { deleteProposals, entryIn, putProposals } from './proposals-table.ts'

type Condition = readonly [sql: string, ...params: SqlValue[]]

/** The most statements of one batch: engines limit them. */
const TOGETHER = 40

export class SqlProposalIndex implements ProposalIndex, ProposalIndexWriter {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list({ tenantId, filter, size, after }: ProposalListQuery): Promise<ProposalPage> {
    const { from, where, params, time, id } = selection(tenantId, filter)
    const near = after ? ` AND (${time}, ${id}) < (?, ?)` : ''
    const sql = `SELECT proposals.* FROM ${from} WHERE ${where}${near} ORDER BY ${time} DESC, ${id} DESC LIMIT ?`
    // One more than requested shows whether there is a next page.
    const rows = await this.#db.query(sql, ...params, ...(after ? [after.createdAt, after.id] : []), size + 1)
    const proposals = rows.slice(0, size).map(entryIn)
    const last = rows.length > size ? proposals.at(-1) : undefined
    return { proposals, next: last ? { createdAt: last.write.createdAt, id: last.write.id } : null }
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

function selection(tenantId: string, filter: ProposalFilter) {
  const flagged = filter.flag !== undefined
  const conditions = [...leading(tenantId, filter), ...others(filter)]
  return {
    from: flagged ? 'proposal_flags JOIN proposals ON proposals.id = proposal_flags.proposal_id' : 'proposals',
    where: conditions.map(([sql]) => sql).join(' AND '),
    params: conditions.flatMap(([, ...params]) => params),
    time: flagged ? 'proposal_flags.created_at' : 'proposals.created_at',
    id: flagged ? 'proposal_flags.proposal_id' : 'proposals.id',
  }
}

/** What one index is walked along for. */
function leading(tenantId: string, { flag, batch, statuses = [], jobId }: ProposalFilter): readonly Condition[] {
  if (flag !== undefined) {
    const stands = `proposals.flags LIKE '%"' || proposal_flags.flag || '"%'`
    return [[`proposal_flags.tenant_id = ? AND proposal_flags.flag = ? AND ${stands}`, tenantId, flag]]
  }
  const all: Condition[] = [['proposals.tenant_id = ?', tenantId]]
  if (jobId !== undefined) all.push(['proposals.job_id = ?', jobId])
  else if (batch !== undefined) all.push(['proposals.batch = ?', batch])
  else if (statuses.length === 1) all.push(['proposals.status = ?', ...statuses])
  return all
}

function others({ statuses = [], sample, isReady, createdBefore, ...rest }: ProposalFilter): readonly Condition[] {
  const all = equalities(rest)
  if (statuses.length > 0) {
    const marks = statuses.map(() => '?').join(', ')
    all.push([`COALESCE(proposals.status, '') IN (${marks})`, ...statuses])
  }
  if (sample !== undefined) all.push(['proposals.bucket < ?', bucketsIn(sample)])
  if (isReady) all.push(['proposals.expires_at IS NOT NULL'])
  if (createdBefore !== undefined) all.push(['proposals.created_at < ?', createdBefore])
  return all
}

/** Written so that no engine takes them for a reason to walk another way. */
function equalities({ agent, batch, jobId, target }: ProposalFilter): Condition[] {
  const all: Condition[] = []
  if (agent !== undefined) all.push(["COALESCE(proposals.agent, '') = ?", agent])
  if (batch !== undefined) all.push(["COALESCE(proposals.batch, '') = ?", batch])
  if (jobId !== undefined) all.push(["COALESCE(proposals.job_id, '') = ?", jobId])
  // Engines count code points.
  if (target !== undefined) all.push(['SUBSTR(proposals.target, 1, ?) = ?', Array.from(target).length, target])
  return all
}
