import { type JobColumn, MOVING as HEAD_MOVING, STAYING as HEAD_STAYING } from '#adapters/sql/job-columns.ts'
import { FLAG_COLUMNS, PROPOSAL_CHANGES, PROPOSAL_COLUMNS } from '#adapters/sql/proposals-table.ts'
import { USAGE_KEY, USAGE_SUMS, ADD_TO_USAGE, usageRow } from '#adapters/sql/usage-table.ts'
import { type JobEvent, movesWake } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'
import { reportsLate } from '#domain/job/unknown-calls.ts'
import { type JobEntry, entryOf } from '#ports/job-index.ts'
import { type ProposalEntry, proposalsOf } from '#ports/proposal-index.ts'
import { type UsageEntry, usageOf } from '#ports/usage-ledger.ts'
import { arrayText } from './array-text.ts'

/** One commit of one job: what comes after an event of its journal, and where that leaves it. */
export interface JobWrite {
  /** What the events have made of the job. */
  readonly state: JobState
  /** Its head, as it is to be written; `null` where the statement leaves it as it is. */
  readonly entry: JobEntry | null
  /** Number of the first of the events. */
  readonly seq: number
  /** JSON. */
  readonly events: string
  /** Whether the head must change, for lists and wakes; always for a first commit. */
  readonly moved: boolean
  /** What has changed of the job's writes. */
  readonly proposals: readonly ProposalEntry[]
  /** What the ledger is to add: something where the job ends. */
  readonly usage: readonly UsageEntry[]
}

export function writeOf(state: JobState, events: readonly JobEvent[]): JobWrite {
  const { job } = state
  const seq = job.version - events.length + 1
  const moved = events.some(movesWake) || reportsLate(job, events)
  const proposals = proposalsOf(job, seq - 1)
  const usage = usageOf(job, events)
  const entry = moved || proposals.length > 0 ? entryOf(job) : null
  return { state, entry, seq, events: JSON.stringify(events), moved, proposals, usage }
}

/** `next`, which comes right after `first`, in one commit with it. */
export function joined(first: JobWrite, next: JobWrite): JobWrite {
  const events = `${first.events.slice(0, -1)},${next.events.slice(1)}`
  const entry = next.entry ?? entryOf(next.state.job)
  return { ...next, entry, seq: first.seq, events, moved: first.moved || next.moved }
}

/** The key by which a returned row names its write. */
export function keyOf(jobId: string, seq: number): string {
  return `${jobId}/${String(seq)}`
}

/** When a write is to wake its job (epoch ms); `null` where its head is not written. */
type TimeOf = (write: JobWrite) => number | null

interface Column extends Pick<JobColumn, 'name'> {
  readonly type: JobColumn['type'] | 'boolean'
  readonly value: (write: JobWrite, timeOf: TimeOf) => string | number | boolean | null
}

/** Of the journal. */
const EVENTS: readonly Column[] = [
  { name: 'id', type: 'text', value: ({ state }) => state.job.id },
  { name: 'created_at', type: 'bigint', value: ({ state }) => state.job.createdAt },
  { name: 'seq', type: 'bigint', value: ({ seq }) => seq },
  { name: 'events', type: 'text', value: ({ events }) => events },
]

/** Of the head: what moves, and what stays. */
const MOVING = HEAD_MOVING.map((column): Column => {
  // The commit decides: a job that this process carries out at once is written as claimed.
  if (column.name === 'wake_at') return { ...column, value: (write, timeOf) => timeOf(write) }
  return ofHead(column)
})
const STAYING = HEAD_STAYING.map(ofHead)

function ofHead({ name, type, value }: JobColumn): Column {
  return { name, type, value: ({ entry }) => entry && value(entry) }
}

/**
 * Many commits of many jobs in one statement, with one round trip and one sync. Each is
 * independent, and the returned rows name those that were kept. Everything is written in the order
 * of the ids, so that no two groups wait for each other.
 */
export interface WriteStatement {
  readonly name: string
  readonly text: string
  readonly columns: readonly Column[]
}

/** A column of values for each column of the statement. */
export function valuesOf({ columns }: WriteStatement, writes: readonly JobWrite[], timeOf: TimeOf): string[] {
  return columns.map(({ value }) => arrayText(writes.map((write) => value(write, timeOf))))
}

/** First commits. Each is kept where the id is free. */
export const CREATE = statement('errand_write_create', [...EVENTS, ...MOVING, ...STAYING], (said, columns) => {
  const head = columns.filter(({ name }) => name !== 'seq' && name !== 'events').map(({ name }) => name)
  return `
    WITH said AS MATERIALIZED (SELECT * FROM ${said}),
    created AS (
      INSERT INTO jobs (${head.join(', ')}) SELECT ${head.join(', ')} FROM said ORDER BY id ON CONFLICT (id) DO NOTHING RETURNING id
    ), tagged AS (
      INSERT INTO job_tags (tenant_id, tag, created_at, job_id)
      SELECT said.tenant_id, tag.value, said.created_at, said.id
      FROM said JOIN created USING (id) CROSS JOIN json_array_elements_text(said.tags::json) AS tag
      ON CONFLICT DO NOTHING
    )
    INSERT INTO journal (job_id, seq, events) SELECT id, seq, events FROM said JOIN created USING (id) RETURNING job_id, seq`
})

/**
 * A look-up for each row, which is no join. The plan of a join is made while the table is small,
 * reads all of it, and is kept until the table is analyzed.
 */
const IS_THERE = '(SELECT created_at FROM jobs WHERE jobs.id = said.id) = said.created_at'

/**
 * Commits that lists and wakes need not hear of. Each is kept where nothing comes after the same
 * event yet, and the job is still there.
 */
export const APPEND = statement(
  'errand_write_append',
  EVENTS,
  (said) => `
    INSERT INTO journal (job_id, seq, events)
    SELECT said.id, said.seq, said.events FROM ${said} WHERE ${IS_THERE}
    ORDER BY said.id, said.seq ON CONFLICT DO NOTHING RETURNING job_id, seq`,
)

/** Each holds its head before it appends, so that no deletion comes between the two. */
const HELD = (said: string): string => `
    WITH held AS MATERIALIZED (
      SELECT said.* FROM ${said} JOIN jobs ON jobs.id = said.id AND jobs.created_at = said.created_at
      ORDER BY said.id FOR NO KEY UPDATE OF jobs
    ), appended AS (
      INSERT INTO journal (job_id, seq, events) SELECT id, seq, events FROM held ON CONFLICT DO NOTHING RETURNING job_id, seq
    )`

const MOVE_HEADS = `
    UPDATE jobs SET ${MOVING.map(({ name }) => `${name} = held.${name}`).join(', ')}
    FROM held JOIN appended ON appended.job_id = held.id AND appended.seq = held.seq
    WHERE jobs.id = held.id RETURNING held.id AS job_id, held.seq`

/** Rows of the ledger, as JSON; `null` where there are none. */
const USAGE: Column = {
  name: 'usage',
  type: 'text',
  value: ({ usage }) => (usage.length > 0 ? JSON.stringify(usage.map((entry) => usageRow(entry))) : null),
}

/** The rows of one connection are its own, more or less: servers do not wait for each other's commits. */
export const WRITERS = 16

/** In the order of the key, so that no two statements wait for each other. */
const COUNT_USAGE = `
    INSERT INTO usage_days (${[...USAGE_KEY, ...USAGE_SUMS.map(([name]) => name)].join(', ')})
    SELECT one.tenant_id, one.day, one.agent, one.model, pg_backend_pid() % ${String(WRITERS)},
      ${USAGE_SUMS.map(([name]) => `SUM(one.${name})`).join(', ')}
    FROM held JOIN appended ON appended.job_id = held.id AND appended.seq = held.seq
    CROSS JOIN json_to_recordset(held.usage::json) AS one (tenant_id text, day bigint, agent text, model text,
      ${USAGE_SUMS.map(([name]) => `${name} bigint`).join(', ')})
    WHERE held.usage IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 ${ADD_TO_USAGE}`

/** Whether the head moves. */
const MOVES: Column = { name: 'moves', type: 'boolean', value: ({ moved }) => moved }

/** Commits of which some move their heads, and the others are appended as above. */
export const MOVE = statement(
  'errand_write_move',
  [...EVENTS, ...MOVING, MOVES, USAGE],
  (said) => `
    WITH said AS MATERIALIZED (SELECT * FROM ${said}), held AS MATERIALIZED (
      SELECT said.* FROM said JOIN jobs ON jobs.id = said.id AND jobs.created_at = said.created_at
      WHERE said.moves ORDER BY said.id FOR NO KEY UPDATE OF jobs
    ), appended AS (
      INSERT INTO journal (job_id, seq, events)
      SELECT id, seq, events FROM held UNION ALL
      SELECT said.id, said.seq, said.events FROM said WHERE NOT said.moves AND ${IS_THERE} ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING job_id, seq
    ), moved AS (${MOVE_HEADS}
    ), counted AS (${COUNT_USAGE})
    SELECT job_id, seq FROM appended`,
)

/** Of the job's writes: rows of their tables, as JSON. */
const WRITES: readonly Column[] = [
  {
    name: 'proposals',
    type: 'text',
    value: ({ proposals }) => JSON.stringify(proposals.map((one) => rowOf(PROPOSAL_COLUMNS, one))),
  },
  { name: 'flags', type: 'text', value: ({ proposals }) => JSON.stringify(proposals.flatMap(flagRows)) },
]

/** The same, with what they change of writes. */
export const PROPOSE = statement('errand_write_propose', [...EVENTS, ...MOVING, ...WRITES, USAGE], (said) => {
  const names = PROPOSAL_COLUMNS.map(({ name }) => name)
  const types = PROPOSAL_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ')
  const flagTypes = FLAG_COLUMNS.map((name) => `${name} ${name === 'created_at' ? 'bigint' : 'text'}`).join(', ')
  return `${HELD(said)}, kept AS (
      SELECT held.proposals, held.flags FROM held JOIN appended ON appended.job_id = held.id AND appended.seq = held.seq
    ), proposed AS (
      INSERT INTO proposals (${names.join(', ')})
      SELECT ${names.map((name) => `one.${name}`).join(', ')}
      FROM kept CROSS JOIN json_to_recordset(kept.proposals::json) AS one (${types}) ORDER BY one.id
      ON CONFLICT (id) DO UPDATE SET ${PROPOSAL_CHANGES} WHERE excluded.version > proposals.version
    ), flagged AS (
      INSERT INTO proposal_flags (${FLAG_COLUMNS.join(', ')})
      SELECT ${FLAG_COLUMNS.map((name) => `one.${name}`).join(', ')}
      FROM kept CROSS JOIN json_to_recordset(kept.flags::json) AS one (${flagTypes})
      ON CONFLICT DO NOTHING
    ), counted AS (${COUNT_USAGE}
    ) ${MOVE_HEADS}`
})

function rowOf(columns: typeof PROPOSAL_COLUMNS, entry: ProposalEntry): object {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(entry)]))
}

function flagRows({ tenantId, jobId, write }: ProposalEntry): readonly object[] {
  return write.flags.map(({ name }) => ({
    tenant_id: tenantId,
    flag: name,
    created_at: write.createdAt,
    proposal_id: write.id,
    job_id: jobId,
  }))
}

function statement(
  name: string,
  columns: readonly Column[],
  textOf: (said: string, columns: readonly Column[]) => string,
): WriteStatement {
  const parameters = columns.map(({ type }, index) => `$${String(index + 1)}::${type}[]`).join(', ')
  const said = `unnest(${parameters}) AS said (${columns.map((column) => column.name).join(', ')})`
  return { name, columns, text: textOf(said, columns) }
}
