import { nextDelivery } from '#domain/callback/callback.ts'
import type { JobEvent, StoredEvent } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { nextWrite } from '#domain/write/due.ts'
import type { Commit } from '#ports/telemetry.ts'
import { JobSpans } from './job-spans.ts'
import type { RunSpans, Span } from './span.ts'
import { submittedJobOf } from './submitted-job.ts'
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
  /** @param isNew says that this process has ended the spans: they count in its metrics, and in those of no other. */
  readonly emit: (run: RunSpans, isNew: boolean) => void
  readonly onFailure: (error: unknown) => void
}

interface Followed {
  spans: JobSpans | null
  /** The last version that was committed here. */
  wanted: number
  /** Numbers of the events that were committed here and are not applied yet. All others are of other processes. */
  readonly own: Set<number>
  isReading: boolean
  /** Whether the job needs nothing more. */
  isOver: boolean
}

/** Follows the journals of jobs, and emits each span when it ends. */
export class JobTracer {
  readonly #options: JobTracerOptions
  /** By run, the one that began last at the end. */
  readonly #followed = new Map<string, Followed>()
  readonly #readings = new Set<Promise<void>>()

  constructor(options: JobTracerOptions) {
    this.#options = options
  }

  /** How many jobs are kept in memory. */
  get size(): number {
    return this.#followed.size
  }

  committed(commit: Commit): void {
    const { state, events } = commit
    const { job } = state
    const before = job.version - events.length
    const followed = this.#take(job.runId)
    followed.wanted = Math.max(followed.wanted, job.version)
    followed.isOver = isOver(job)
    // Only the submission came before: all of it is known.
    const isNew = followed.spans === null && before === 1 && !followed.isReading
    const spans = isNew ? this.#begin(followed, job) : followed.spans
    if (spans?.version === before && !followed.isReading) this.#proceed(spans, events)
    else this.#note(followed, commit)
    this.#forget(job.runId, followed)
  }

  /** Resolves when no journal is being read. */
  async settled(): Promise<void> {
    while (this.#readings.size > 0) await Promise.all(this.#readings)
  }

  #take(runId: string): Followed {
    const known = this.#followed.get(runId)
    if (known) return known
    const followed = { spans: null, wanted: 0, own: new Set<number>(), isReading: false, isOver: false }
    this.#followed.set(runId, followed)
    return followed
  }

  /** The next events of a journal, all of them committed here. */
  #proceed(spans: JobSpans, events: readonly JobEvent[]): void {
    // The submission is no process's own: it is exported with what came next, and counts nowhere.
    if (spans.version === 1) this.#emit(spans, [spans.submission()], false)
    const ended: Span[] = []
    for (const event of events) ended.push(...spans.apply(event))
    this.#emit(spans, ended, true)
  }

  /** Events whose predecessors are not applied yet, or that are applied already. */
  #note(followed: Followed, commit: Commit): void {
    const { version } = commit.state.job
    for (let seq = version - commit.events.length + 1; seq <= version; seq++) followed.own.add(seq)
    if (!followed.isReading && (followed.spans?.version ?? 0) < version) this.#catchUp(followed, commit)
  }

  #forget(runId: string, { isOver, isReading }: Followed): void {
    if (isOver && !isReading) this.#followed.delete(runId)
    if (this.#followed.size <= MOST_JOBS) return
    const [oldest] = this.#followed.keys()
    if (oldest !== undefined) this.#followed.delete(oldest)
  }

  /** Commits that come meanwhile are read with the rest. */
  #catchUp(followed: Followed, commit: Commit): void {
    followed.isReading = true
    const reading = this.#readOn(followed, commit)
      .catch(this.#options.onFailure)
      .finally(() => {
        followed.isReading = false
        this.#readings.delete(reading)
        const { runId } = commit.state.job
        if (this.#followed.get(runId) === followed) this.#forget(runId, followed)
      })
    this.#readings.add(reading)
  }

  async #readOn(followed: Followed, { state: { job }, journal: read }: Commit): Promise<void> {
    for (let known = -1; ;) {
      const journal = await read()
      // Deleted meanwhile; or nothing more to be had.
      if (journal.length <= known || !isOf(journal, job.runId)) return
      known = journal.length
      const spans = followed.spans ?? this.#begin(followed, job)
      this.#follow(
        followed,
        // What comes after may be of this process too, whose save has not returned yet.
        journal.filter(({ seq }) => seq > spans.version && seq <= followed.wanted),
      )
      if (spans.version >= followed.wanted) return
    }
  }

  #begin(followed: Followed, job: JobRecord): JobSpans {
    const { content } = this.#options
    followed.spans = new JobSpans(submittedJobOf(job, content), content)
    return followed.spans
  }

  /** @param events the next ones of the journal. */
  #follow({ spans, own }: Followed, events: readonly StoredEvent[]): void {
    if (!spans) return
    const [others, news]: [Span[], Span[]] = [[], []]
    let lastAt = spans.job.createdAt
    if (spans.version === 1) others.push(spans.submission())
    for (const { seq, event } of events) {
      const isOwn = own.delete(seq)
      ;(isOwn ? news : others).push(...spans.apply(event))
      if (!isOwn) lastAt = event.at
    }
    const repeated = others.filter(({ endedAt }) => endedAt >= lastAt - REPEATED_MS)
    this.#emit(spans, repeated, false)
    this.#emit(spans, news, true)
  }

  #emit({ run }: JobSpans, spans: readonly Span[], isNew: boolean): void {
    if (spans.length > 0) this.#options.emit({ ...run, spans }, isNew)
  }
}

function isOver(job: JobRecord): boolean {
  return isFinished(job) && nextDelivery(job) === null && nextWrite(job) === null
}

/** Of this run, and not of a later one under the same idempotency key. */
function isOf([first]: readonly StoredEvent[], runId: string): boolean {
  return first?.event.type === 'job.submitted' && first.event.runId === runId
}
