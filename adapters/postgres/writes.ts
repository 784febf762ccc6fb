import { type JobEvent, movesWake } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'
import { reportsLate } from '#domain/job/unknown-calls.ts'
import { type JobEntry, entryOf } from '#ports/job-index.ts'

/** One commit of one job: what comes after an event of its journal, and where that leaves it. */
export interface JobWrite {
  /** What the events have made of the job. */
  readonly state: JobState
  readonly entry: JobEntry
  /** Number of the first of the events. */
  readonly seq: number
  /** JSON. */
  readonly events: string
  /** Whether lists and wakes are to be told; a first commit always is. */
  readonly moved: boolean
}

export function writeOf(state: JobState, events: readonly JobEvent[]): JobWrite {
  const { job } = state
  const seq = job.version - events.length + 1
  const moved = events.some(movesWake) || reportsLate(job, events)
  return { state, entry: entryOf(job), seq, events: JSON.stringify(events), moved }
}

/** Says which write it is that a row tells of. */
export function keyOf(jobId: string, seq: number): string {
  return `${jobId}/${String(seq)}`
}

const COLUMNS = `id, tenant_id, status, agent, batch, created_at, updated_at, finished_at, wake_at, wake_kind, version, tags, metadata, has_unknown_calls`

/**
 * Many commits of many jobs in one statement, and so one round trip and one sync: each is for itself, and the rows that come back say which
 * were kept. A first commit is kept where the id is free; any other where nobody has written what comes after the same event, and the
 * job is still there. Everything is written in the order of the ids, so that no two groups wait for each other.
 */
export const WRITE_ALL = {
  name: 'errand_write_all',
  text: `
    WITH said AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                           $10::text[], $11::bigint[], $12::text[], $13::text[], $14::integer[], $15::bigint[], $16::text[], $17::boolean[])
        AS said (${COLUMNS}, seq, events, moved)
    ), held AS (
      SELECT id FROM jobs WHERE id IN (SELECT id FROM said WHERE moved AND seq > 1) ORDER BY id FOR NO KEY UPDATE
    ), created AS (
      INSERT INTO jobs (${COLUMNS}) SELECT ${COLUMNS} FROM said WHERE seq = 1 ORDER BY id ON CONFLICT (id) DO NOTHING RETURNING id
    ), tagged AS (
      INSERT INTO job_tags (tenant_id, tag, created_at, job_id)
      SELECT said.tenant_id, tag.value, said.created_at, said.id
      FROM said JOIN created USING (id) CROSS JOIN json_array_elements_text(said.tags::json) AS tag
      ON CONFLICT DO NOTHING
    ), appended AS (
      INSERT INTO journal (job_id, seq, events)
      SELECT said.id, said.seq, said.events FROM said
      WHERE CASE WHEN said.seq = 1 THEN said.id IN (SELECT id FROM created)
                 WHEN said.moved AND said.id NOT IN (SELECT id FROM held) THEN FALSE
                 ELSE EXISTS (SELECT 1 FROM jobs WHERE jobs.id = said.id AND jobs.created_at = said.created_at) END
      ORDER BY said.id, said.seq
      ON CONFLICT DO NOTHING RETURNING job_id, seq
    ), moved AS (
      UPDATE jobs SET status = said.status, updated_at = said.updated_at, finished_at = said.finished_at,
                      wake_at = said.wake_at, wake_kind = said.wake_kind, version = said.version, has_unknown_calls = said.has_unknown_calls
      FROM said JOIN appended ON appended.job_id = said.id AND appended.seq = said.seq
      WHERE jobs.id = said.id AND said.moved AND said.seq > 1
    )
    SELECT job_id, seq FROM appended`,
}

/** The parameters of `WRITE_ALL`: a column each. @param wakeAt when the job is to be woken, by this write (epoch ms). */
export function columnsOf(writes: readonly JobWrite[], wakeAt: (write: JobWrite) => number): unknown[][] {
  const entries = writes.map(({ entry }) => entry)
  return [
    entries.map(({ id }) => id),
    entries.map(({ tenantId }) => tenantId),
    entries.map(({ status }) => status),
    entries.map(({ agent }) => agent),
    entries.map(({ batch }) => batch),
    entries.map(({ createdAt }) => createdAt),
    entries.map(({ updatedAt }) => updatedAt),
    entries.map(({ finishedAt }) => finishedAt),
    writes.map(wakeAt),
    entries.map(({ wake }) => wake.kind),
    entries.map(({ version }) => version),
    entries.map(({ tags }) => JSON.stringify(tags)),
    entries.map(({ metadata }) => JSON.stringify(metadata)),
    entries.map(({ hasUnknownCalls }) => Number(hasUnknownCalls)),
    writes.map(({ seq }) => seq),
    writes.map(({ events }) => events),
    writes.map(({ moved }) => moved),
  ]
}
