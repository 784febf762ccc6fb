import type pg from 'pg'
import { type SqlRow, numberAt } from '#adapters/sql/database.ts'
import { Grouped, type Outcome } from '#adapters/sql/grouped.ts'
import type { StateCache } from '#adapters/sql/job-store.ts'
import { eventsIn } from '#adapters/sql/journal-rows.ts'
import { type JobState, evolve, replay } from '#domain/job/replay.ts'
import { nextTurn } from './next-turn.ts'
import type { PostgresOutageRetry } from './outage-retry.ts'

export interface JournalsDeps {
  readonly pool: pg.Pool
  readonly retry: PostgresOutageRetry
  /** What is known here of jobs that others may have written to since. */
  readonly known: StateCache
}

interface Question {
  readonly jobId: string
  readonly known: JobState | undefined
}

/**
 * A line for each unknown row of a journal. One line without a row if nothing is new; none if the
 * job does not exist. OFFSET keeps it a look-up for each job: see `IS_THERE` in `writes.ts`.
 */
export const READ_ALL = {
  name: 'errand_read_all',
  text: `
    SELECT asked.place, jobs.created_at, journal.seq, journal.events
    FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS asked (job_id, version, place)
    CROSS JOIN LATERAL (SELECT created_at FROM jobs WHERE id = asked.job_id OFFSET 0) AS jobs
    LEFT JOIN journal ON journal.job_id = asked.job_id AND journal.seq > asked.version
    ORDER BY asked.place, journal.seq`,
}

/**
 * Reads journals from the last known event. Reads that arrive during a round trip share the next
 * one. The known part is never used without a read, because other processes write too.
 */
export class Journals {
  readonly #deps: JournalsDeps
  readonly #questions = new Grouped<Question, JobState | null | 'another'>((group) => this.#readAll(group), nextTurn)

  constructor(deps: JournalsDeps) {
    this.#deps = deps
  }

  async load(jobId: string): Promise<JobState | null> {
    const { known } = this.#deps
    let state = await this.#questions.add({ jobId, known: known.get(jobId) })
    if (state === 'another') state = await this.#questions.add({ jobId, known: undefined })
    if (state === null || state === 'another') {
      known.delete(jobId)
      return null
    }
    known.set(jobId, state)
    return state
  }

  async #readAll(group: readonly Question[]): Promise<readonly Outcome<JobState | null | 'another'>[]> {
    const values = [group.map(({ jobId }) => jobId), group.map(({ known }) => known?.job.version ?? 0)]
    const { pool, retry } = this.#deps
    const { rows } = await retry.keep(() => pool.query<SqlRow>({ ...READ_ALL, values }))
    const answers = Map.groupBy(rows, (row) => numberAt(row, 'place') - 1)
    return group.map(({ known }, place) => outcomeOf(known, answers.get(place) ?? []))
  }
}

function outcomeOf(known: JobState | undefined, rows: readonly SqlRow[]): Outcome<JobState | null | 'another'> {
  const [first] = rows
  if (!first) return { value: null }
  // Two successive jobs of one idempotency key share an id and differ in their time.
  if (known && known.job.createdAt !== first['created_at']) return { value: 'another' }
  const news = rows.flatMap((row) => (row['seq'] === null ? [] : eventsIn(row)))
  try {
    return { value: known ? news.reduce((state, { event }) => evolve(state, event), known) : replay(news) }
  } catch (error) {
    return { error }
  }
}
