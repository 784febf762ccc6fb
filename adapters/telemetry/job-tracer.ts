import type { StoredEvent } from '#domain/job/event.ts'
import { parentOf, traceIdOf } from '#domain/trace/span-ids.ts'
import type { Commit } from '#ports/telemetry.ts'
import { JobSpans } from './job-spans.ts'
import type { RunSpans, Span } from './span.ts'
import type { SubmittedJob } from './submitted-job.ts'
import type { Content } from './turn-spans.ts'

/** Jobs whose open spans are kept in memory. One that is forgotten is read from its journal again. */
const MOST_JOBS = 10_000
/**
 * A process that takes a job over exports the spans again that ended so long before the last event of the process
 * before it. That process may have died before its last export. Their ids and content are the same.
 */
const REPEATED_MS = 60_000

export interface JobTracerOptions {
  readonly content: Content
  /** @param isNew says that the spans ended just now, so that they count in metrics. */
  readonly emit: (run: RunSpans, isNew: boolean) => void
  readonly onFailure: (error: unknown) => void
}

interface Followed {
  spans: JobSpans | null
  /** The last version that was committed here. */
  wanted: number
  /** Events after this one are news. */
  readonly since: number
  isReading: boolean
}

/** Follows the journals of jobs, and emits each span when it ends. */
export class JobTracer {
  readonly #options: JobTracerOptions
  /** By run, the one that was heard of last at the end. */
  readonly #followed = new Map<string, Followed>()
  #reading: Promise<unknown> = Promise.resolve()

  constructor(options: JobTracerOptions) {
    this.#options = options
  }

  committed(commit: Commit): void {
    const { job } = commit.state
    const before = job.version - commit.events.length
    const followed = this.#take(job.runId) ?? { spans: null, wanted: before, since: before, isReading: false }
    followed.wanted = job.version
    this.#followed.set(job.runId, followed)
    // Only the submission came before: all of it is known.
    if (followed.spans === null && before === 1 && !followed.isReading) {
      followed.spans = new JobSpans(job, this.#options.content)
      this.#emit(followed.spans, [followed.spans.submission()], true)
    }
    const { spans } = followed
    if (followed.isReading) return
    if (spans?.version === before)
      this.#emit(
        spans,
        commit.events.flatMap((event) => spans.apply(event)),
        true,
      )
    else if (spans === null || spans.version < job.version) this.#catchUp(followed, commit)
    this.#forget(job.runId, followed, commit)
  }

  /** Resolves when no journal is being read. */
  async settled(): Promise<void> {
    await this.#reading
  }

  #take(runId: string): Followed | undefined {
    const followed = this.#followed.get(runId)
    this.#followed.delete(runId)
    return followed
  }

  #forget(runId: string, { spans, isReading }: Followed, { state: { job } }: Commit): void {
    const isOver = spans?.isFinished === true && !isReading
    const awaits = job.deliveries.some(({ nextAt }) => nextAt !== null) || job.writes.length > 0
    if (isOver && !awaits) this.#followed.delete(runId)
    if (this.#followed.size <= MOST_JOBS) return
    const [oldest] = this.#followed.keys()
    if (oldest !== undefined) this.#followed.delete(oldest)
  }

  /** Commits that come meanwhile are read with the rest. */
  #catchUp(followed: Followed, commit: Commit): void {
    followed.isReading = true
    const read = this.#readOn(followed, commit)
      .catch(this.#options.onFailure)
      .finally(() => {
        followed.isReading = false
      })
    this.#reading = Promise.all([this.#reading, read])
  }

  async #readOn(followed: Followed, commit: Commit): Promise<void> {
    const { job } = commit.state
    for (let read = -1; ;) {
      const journal = await commit.journal()
      // Deleted meanwhile; or nothing more to be had.
      if (journal.length <= read || !isOf(journal, job.runId)) return
      read = journal.length
      followed.spans ??= this.#begin(job, journal, followed.since)
      this.#follow(followed.spans, journal)
      if (followed.spans.version >= followed.wanted) return
    }
  }

  /** The job as it stood when this process first heard of it. */
  #begin(job: SubmittedJob, journal: readonly StoredEvent[], since: number): JobSpans {
    const spans = new JobSpans(job, this.#options.content)
    const past = journal.filter(({ seq }) => seq > 1 && seq <= since).map(({ event }) => event)
    const lastAt = past.at(-1)?.at ?? job.createdAt
    const ended = [spans.submission(), ...past.flatMap((event) => spans.apply(event))]
    const repeated = ended.filter(({ endedAt }) => endedAt >= lastAt - REPEATED_MS)
    this.#emit(spans, repeated, false)
    return spans
  }

  #follow(spans: JobSpans, journal: readonly StoredEvent[]): void {
    const next = journal.filter(({ seq }) => seq > spans.version)
    this.#emit(
      spans,
      next.flatMap(({ event }) => spans.apply(event)),
      true,
    )
  }

  #emit({ job }: JobSpans, spans: readonly Span[], isNew: boolean): void {
    if (spans.length === 0) return
    const run = { runId: job.runId, trace: job.options.trace }
    const { tenantId } = job
    const parent = parentOf(run)
    const traceState = job.options.trace?.headers?.tracestate
    this.#options.emit({ traceId: traceIdOf(run), traceState, tenantId, parent, spans }, isNew)
  }
}

/** Of this run, and not of a later one under the same idempotency key. */
function isOf([first]: readonly StoredEvent[], runId: string): boolean {
  return first?.event.type === 'job.submitted' && first.event.runId === runId
}
