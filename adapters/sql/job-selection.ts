import type { JobStatus } from '#domain/job/job.ts'
import type { JobCursor, JobFilter, JobOrder } from '#domain/job/filter.ts'
import type { SqlValue } from './database.ts'

/** The jobs of one tenant that fit a filter and come after a cursor, as parts of a SELECT over `jobs`. */
export interface Selection {
  readonly from: string
  readonly where: string
  readonly params: readonly SqlValue[]
  /** The columns that say where in the list a job is. */
  readonly time: string
  readonly id: string
  /**
   * The index that is walked to find them, as parts of a SELECT of its own; `null` when every row on the way matches.
   */
  readonly way: Pick<Selection, 'from' | 'where' | 'params'> | null
  /** What else must hold of a row on the way; `null` likewise. */
  readonly rest: Pick<Selection, 'where' | 'params'> | null
}

/** Where in the list, and in which of its orders. */
export interface Place {
  readonly after: JobCursor | null
  readonly order: JobOrder
}

const FROM_THE_FIRST: Place = { after: null, order: 'newest' }

type Condition = readonly [sql: string, ...params: SqlValue[]]

/** What narrows a list down first, and the index that it is walked along. */
type Lead = 'unknown_calls' | 'approval' | 'callback' | 'stop' | 'error' | 'status' | 'tag' | 'batch' | 'agent' | 'time'

/** Few jobs are ever in one of these, and those that once were are no longer on the way. */
const LIVING: readonly JobStatus[] = ['queued', 'running', 'waiting']

export function selectJobs(tenantId: string, filter: JobFilter, place: Place = FROM_THE_FIRST): Selection {
  const lead = leadOf(filter)
  const tagged = lead === 'tag'
  const [time, id] = tagged ? (['job_tags.created_at', 'job_tags.job_id'] as const) : (['created_at', 'id'] as const)
  const onTheWay = [LEADING[lead](tenantId, filter), ...between(filter, { time, id, ...place })]
  const rest = others(filter, lead)
  const conditions = [...onTheWay, ...rest]
  return {
    from: tagged ? 'job_tags JOIN jobs ON jobs.id = job_tags.job_id' : 'jobs',
    ...joined(conditions),
    time,
    id,
    way: rest.length > 0 ? { from: tagged ? 'job_tags' : 'jobs', ...joined(onTheWay) } : null,
    rest: rest.length > 0 ? joined(rest) : null,
  }
}

/** The first that fits leads. */
const LEADS: readonly (readonly [Lead, (filter: JobFilter) => boolean])[] = [
  // Ever fewer than in any status: each waits for a person.
  ['unknown_calls', ({ hasUnknownCalls = false }) => hasUnknownCalls],
  ['approval', ({ needsApproval = false }) => needsApproval],
  ['callback', ({ hasFailedCallback = false }) => hasFailedCallback],
  // Few as well, unless something is wrong with an agent.
  ['stop', ({ stopReason }) => stopReason !== undefined],
  ['status', ({ statuses = [] }) => statuses.length > 0 && statuses.every((status) => LIVING.includes(status))],
  ['tag', ({ tag }) => tag !== undefined],
  ['batch', ({ batch }) => batch !== undefined],
  ['error', ({ errorCode }) => errorCode !== undefined],
  ['status', ({ statuses = [] }) => statuses.length > 0],
  ['agent', ({ agent }) => agent !== undefined],
]

/** Whether each of several statuses is a walk by itself. */
export function isLedByStatus(filter: JobFilter): boolean {
  return leadOf(filter) === 'status'
}

function leadOf(filter: JobFilter): Lead {
  return LEADS.find(([, leads]) => leads(filter))?.[0] ?? 'time'
}

const LEADING: Readonly<Record<Lead, (tenantId: string, filter: JobFilter) => Condition>> = {
  // No parameter: a partial index is taken only where the text of the statement says so.
  unknown_calls: (tenantId) => ['tenant_id = ? AND has_unknown_calls = 1', tenantId],
  approval: (tenantId) => ['tenant_id = ? AND needs_approval = 1', tenantId],
  callback: (tenantId) => ['tenant_id = ? AND has_failed_callback = 1', tenantId],
  stop: (tenantId) => ["tenant_id = ? AND stop_reason <> 'finished'", tenantId],
  error: (tenantId, { errorCode = '' }) => ['tenant_id = ? AND error_code = ?', tenantId, errorCode],
  status: (tenantId, { statuses = [] }) =>
    statuses.every((status) => LIVING.includes(status))
      ? [`tenant_id = ? AND ${livingIs(statuses)}`, tenantId]
      : [`tenant_id = ? AND ${statusIs(statuses)}`, tenantId, ...statuses],
  tag: (tenantId, { tag = '' }) => ['job_tags.tenant_id = ? AND job_tags.tag = ?', tenantId, tag],
  batch: (tenantId, { batch = '' }) => ['tenant_id = ? AND batch = ?', tenantId, batch],
  agent: (tenantId, { agent = '' }) => ['tenant_id = ? AND agent = ?', tenantId, agent],
  time: (tenantId) => ['tenant_id = ?', tenantId],
}

/** What must hold beside the lead: written so that no engine takes it for a reason to walk another way. */
function others({ statuses = [], tag, words, ...filter }: JobFilter, lead: Lead): Condition[] {
  const all = wordsIn(words)
  if (statuses.length > 0 && lead !== 'status') all.push([statusIs(statuses, "COALESCE(jobs.status, '')"), ...statuses])
  for (const { name, column, field } of SAME) {
    const value = filter[field]
    if (value !== undefined && lead !== name) all.push([`COALESCE(jobs.${column}, '') = ?`, value])
  }
  all.push(...needsBeside(filter, lead), ...stopBeside(filter, lead))
  if (tag !== undefined && lead !== 'tag') all.push(hasTag(tag))
  return all
}

/** As every engine has it. D1 takes no pattern of LIKE that is longer than 50 bytes. */
function wordsIn(words: readonly string[] = []): Condition[] {
  return words.map((word) => ["REPLACE(jobs.search_text, ?, '') <> jobs.search_text", word])
}

function hasTag(tag: string): Condition {
  const here = 'tags.tenant_id = jobs.tenant_id AND tags.created_at = jobs.created_at AND tags.job_id = jobs.id'
  return [`EXISTS (SELECT 1 FROM job_tags AS tags WHERE ${here} AND tags.tag = ?)`, tag]
}

const SAME = [
  { name: 'agent', column: 'agent', field: 'agent' },
  { name: 'batch', column: 'batch', field: 'batch' },
  { name: 'error', column: 'error_code', field: 'errorCode' },
] as const

function needsBeside(filter: JobFilter, lead: Lead): Condition[] {
  const beside = NEEDS.filter(({ name, field }) => filter[field] && lead !== name)
  return beside.map(({ column }) => [`COALESCE(jobs.${column}, 0) = 1`])
}

function stopBeside({ stopReason }: JobFilter, lead: Lead): Condition[] {
  if (stopReason === undefined) return []
  if (stopReason !== 'early') return [["COALESCE(jobs.stop_reason, '') = ?", stopReason]]
  return lead === 'stop' ? [] : [["COALESCE(jobs.stop_reason, 'finished') <> 'finished'"]]
}

const NEEDS = [
  { name: 'unknown_calls', column: 'has_unknown_calls', field: 'hasUnknownCalls' },
  { name: 'approval', column: 'needs_approval', field: 'needsApproval' },
  { name: 'callback', column: 'has_failed_callback', field: 'hasFailedCallback' },
] as const

function between(
  { createdAfter, createdBefore }: JobFilter,
  { time, id, after, order }: Pick<Selection, 'time' | 'id'> & Place,
): Condition[] {
  const all: Condition[] = []
  if (createdAfter !== undefined) all.push([`${time} >= ?`, createdAfter])
  if (createdBefore !== undefined) all.push([`${time} < ?`, createdBefore])
  if (after) all.push([`(${time}, ${id}) ${order === 'newest' ? '<' : '>'} (?, ?)`, after.createdAt, after.id])
  return all
}

/** Without parameters: with those, Postgres plans for any status, and reads every job. Its statistics know that these are few. */
function livingIs(statuses: readonly JobStatus[]): string {
  return `status IN (${statuses.map((status) => `'${status}'`).join(', ')})`
}

function statusIs(statuses: readonly JobStatus[], column = 'status'): string {
  return `${column} IN (${statuses.map(() => '?').join(', ')})`
}

function joined(conditions: readonly Condition[]): { readonly where: string; readonly params: readonly SqlValue[] } {
  return {
    where: conditions.map(([sql]) => sql).join(' AND '),
    params: conditions.flatMap(([, ...params]) => params),
  }
}
