import type { Clock } from '#ports/clock.ts'
import type { JobFeed, JobNews, NewsReader } from '#ports/job-feed.ts'
import type { Notice } from './notices.ts'

/** How often a process renews its interest in a job, and how long it is valid. */
const RENEW_MS = 10_000
const BELIEVED_MS = 30_000
/** A model's words come one by one. They are sent together after this short delay. */
const TEXT_MS = 50
/** So that a piece of text fits a notice, however many bytes its characters take. */
const MOST_TEXT = 900

export interface SharedFeedDeps {
  /** News within this process. */
  readonly local: JobFeed
  readonly clock: Clock
  readonly tell: (notice: Notice) => void
}

interface Watched {
  until: number
  text: boolean
}

/** Of one job, by so many readers here, of whom so many want its text. */
interface Watching {
  readers: number
  ofText: number
  cancel: () => void
}

/**
 * Live news of jobs among several processes. A process notifies the others only of jobs that have
 * readers there. Readers also look again now and then, without a notice.
 */
export class SharedFeed implements JobFeed {
  readonly #deps: SharedFeedDeps
  /** By other processes. */
  readonly #elsewhere = new Map<string, Watched>()
  readonly #here = new Map<string, Watching>()
  #cleanedAt = Number.NEGATIVE_INFINITY
  /** By job: the model's text that was not sent to the other processes yet. */
  readonly #texts = new Map<string, string>()

  constructor(deps: SharedFeedDeps) {
    this.#deps = deps
  }

  publish(jobId: string, news: JobNews): void {
    this.#deps.local.publish(jobId, news)
    const watched = this.#watchedElsewhere(jobId)
    if (!watched) return
    if (news.kind === 'committed') {
      this.#tellText(jobId)
      this.#deps.tell({ about: 'news', jobId, news })
    } else if (watched.text) this.#collect(jobId, news.text)
  }

  isWatched(jobId: string): boolean {
    return this.#deps.local.isWatched(jobId) || this.#watchedElsewhere(jobId)?.text === true
  }

  subscribe(jobId: string, wanted: 'all' | 'commits' = 'all'): NewsReader {
    const reader = this.#deps.local.subscribe(jobId, wanted)
    const texts = wanted === 'all' ? 1 : 0
    this.#watchHere(jobId, texts)
    let open = true
    return {
      next: () => reader.next(),
      close: () => {
        if (open) this.#unwatchHere(jobId, texts)
        open = false
        reader.close()
      },
    }
  }

  #watchHere(jobId: string, texts: number): void {
    const known = this.#here.get(jobId)
    const watching = known ?? { readers: 0, ofText: 0, cancel: () => undefined }
    watching.readers += 1
    watching.ofText += texts
    this.#here.set(jobId, watching)
    if (!known) this.#renewLater(jobId, watching)
    if (!known || (texts > 0 && watching.ofText === texts)) this.#tellWatch(jobId, watching)
  }

  #unwatchHere(jobId: string, texts: number): void {
    const watching = this.#here.get(jobId)
    if (!watching) return
    watching.readers -= 1
    watching.ofText -= texts
    if (watching.readers > 0) return
    watching.cancel()
    this.#here.delete(jobId)
  }

  #tellWatch(jobId: string, { ofText }: Watching): void {
    this.#deps.tell({ about: 'watch', jobId, text: ofText > 0 })
  }

  #renewLater(jobId: string, watching: Watching): void {
    watching.cancel = this.#deps.clock.after(RENEW_MS, () => {
      this.#renewLater(jobId, watching)
      this.#tellWatch(jobId, watching)
      // A connection may break, so missed notices are found by looking again.
      this.#deps.local.publish(jobId, { kind: 'committed' })
    })
  }

  /**
   * A reader elsewhere watches: it gets notices from now on, and looks once more for what it has
   * missed until now.
   */
  watch(jobId: string, text: boolean): void {
    const { clock, tell } = this.#deps
    const known = this.#watchedElsewhere(jobId)
    this.#clean()
    this.#elsewhere.set(jobId, { until: clock.monotonic() + BELIEVED_MS, text: text || known?.text === true })
    if (!known) tell({ about: 'news', jobId, news: { kind: 'committed' } })
  }

  /** News from elsewhere. */
  hear(jobId: string, news: JobNews): void {
    this.#deps.local.publish(jobId, news)
  }

  #collect(jobId: string, text: string): void {
    const before = this.#texts.get(jobId)
    this.#texts.set(jobId, (before ?? '') + text)
    if ((before ?? '').length + text.length >= MOST_TEXT) this.#tellText(jobId)
    else if (before === undefined) {
      this.#deps.clock.after(TEXT_MS, () => {
        this.#tellText(jobId)
      })
    }
  }

  #tellText(jobId: string): void {
    const text = this.#texts.get(jobId) ?? ''
    this.#texts.delete(jobId)
    for (let from = 0; from < text.length; from += MOST_TEXT) {
      const news: JobNews = { kind: 'text', text: text.slice(from, from + MOST_TEXT) }
      this.#deps.tell({ about: 'news', jobId, news })
    }
  }

  #watchedElsewhere(jobId: string): Watched | null {
    const watched = this.#elsewhere.get(jobId)
    return watched && watched.until > this.#deps.clock.monotonic() ? watched : null
  }

  #clean(): void {
    const now = this.#deps.clock.monotonic()
    if (now - this.#cleanedAt < BELIEVED_MS) return
    this.#cleanedAt = now
    for (const [jobId, { until }] of this.#elsewhere) if (until <= now) this.#elsewhere.delete(jobId)
  }
}
