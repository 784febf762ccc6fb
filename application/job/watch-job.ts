import { JobNotFoundError } from '#domain/job/errors.ts'
import { type StoredEvent, isEnding } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobFeed, JobNews, NewsReader } from '#ports/job-feed.ts'
import type { JobStore } from '#ports/job-store.ts'
import { SharedReads } from './shared-reads.ts'
import type { JobKey } from './write-to-job.ts'

/** What a reader of a job's events gets: its journal, the model's live text, and a heartbeat when nothing comes. */
export type Sight =
  | { readonly kind: 'event'; readonly stored: StoredEvent }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'quiet' }

export interface WatchJobQuery extends JobKey {
  /** Number of the last event that is known already; 0 for none. */
  readonly after: number
  /** `false` for what is stored now and no more: what came after the job's end, such as callbacks, is part of that. */
  readonly follow?: boolean
  /** Aborts when the watcher leaves, which changes nothing for the job. */
  readonly signal: AbortSignal
}

export interface WatchJobDeps {
  readonly jobs: Pick<JobStore, 'get' | 'events'>
  readonly feed: JobFeed
  readonly clock: Clock
}

/** Proxies drop connections on which nothing is sent for a while; most wait for a minute. */
export const QUIET_MS = 15_000

/** Replays a job's journal, then follows it to its end. */
export class WatchJob {
  readonly #deps: WatchJobDeps
  readonly #reads = new SharedReads<readonly StoredEvent[]>()

  constructor(deps: WatchJobDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} before anything is seen. */
  async execute(query: WatchJobQuery): Promise<AsyncIterable<Sight>> {
    const { jobs, feed, clock } = this.#deps
    if (query.follow === false) return this.#stored(query)
    // Before the first look, so that nothing falls between the look and the news.
    const listener = new Listener(feed.subscribe(query.jobId), { clock, signal: query.signal })
    try {
      const job = await jobs.get(query.tenantId, query.jobId)
      if (!job) throw new JobNotFoundError(query.jobId)
      return this.#watch(query, listener)
    } catch (error) {
      listener.close()
      throw error
    }
  }

  /** @throws {JobNotFoundError} before anything is seen. */
  async #stored({ tenantId, jobId, after }: WatchJobQuery): Promise<AsyncIterable<Sight>> {
    const job = await this.#deps.jobs.get(tenantId, jobId)
    if (!job) throw new JobNotFoundError(jobId)
    return sightsOf(this.#events(job, after))
  }

  async *#watch({ tenantId, jobId, after, signal }: WatchJobQuery, listener: Listener): AsyncGenerator<Sight> {
    try {
      const place = { tenantId, jobId, seen: after }
      let news: readonly JobNews[] | null = [COMMITTED]
      while (!signal.aborted) {
        if (news === null) yield QUIET
        // After a long silence, a look costs little and finds what no notice announced.
        for (const item of news ?? [COMMITTED]) {
          if (item.kind === 'text') yield item
          else if (yield* this.#look(place)) return
        }
        news = await listener.next()
      }
    } finally {
      listener.close()
    }
  }

  /** What is new in the journal, and whether nothing follows it. In an outage only a sign of life: the next look finds the rest. */
  async *#look(place: JobKey & { seen: number }): AsyncGenerator<Sight, boolean> {
    try {
      // Asked before the events are read: finished means that the last of them is there.
      const job = await this.#deps.jobs.get(place.tenantId, place.jobId)
      if (!job) return true
      for await (const stored of this.#events(job, place.seen)) {
        yield { kind: 'event', stored }
        place.seen = stored.seq
        if (isEnding(stored.event)) return true
      }
      return isFinished(job)
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error
      yield QUIET
      return false
    }
  }

  /**
   * One read for all who watch and know equally much: what stands in a journal up to a version never changes. (An id alone may come again, when a job
   * with an idempotency key was deleted.)
   */
  async *#events({ id, createdAt, version }: JobRecord, after: number): AsyncGenerator<StoredEvent> {
    const key = [id, createdAt, version, after].join(' ')
    const read = this.#reads.hold(key, () => this.#deps.jobs.events(id, after))
    try {
      yield* await read.value
    } finally {
      read.release()
    }
  }
}

async function* sightsOf(events: AsyncIterable<StoredEvent>): AsyncGenerator<Sight> {
  for await (const stored of events) yield { kind: 'event', stored }
}

const COMMITTED: JobNews = { kind: 'committed' }
const QUIET: Sight = { kind: 'quiet' }

/** News, or `null` when there has been none for a while. */
class Listener {
  readonly #reader: NewsReader
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #pending: Promise<readonly JobNews[]> | null = null
  readonly #onAbort = (): void => {
    this.close()
  }

  /** @param signal closes it, because a watch that is never begun has no end of its own. */
  constructor(reader: NewsReader, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#reader = reader
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
    if (signal.aborted) this.close()
  }

  async next(): Promise<readonly JobNews[] | null> {
    const quiet = Promise.withResolvers<null>()
    const cancel = this.#clock.after(QUIET_MS, () => {
      quiet.resolve(null)
    })
    this.#pending ??= this.#reader.next()
    const news = await Promise.race([this.#pending, quiet.promise])
    cancel()
    if (news !== null) this.#pending = null
    return news
  }

  close(): void {
    // A caller may watch many jobs under one signal.
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#reader.close()
  }
}
