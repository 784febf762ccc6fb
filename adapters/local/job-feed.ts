import type { JobFeed, JobNews, NewsReader } from '#ports/job-feed.ts'

/** For one reader that does not read: text beyond this is dropped, for it stands in the journal when the answer is whole. */
const MOST_TEXT = 65_536

/** News within one process or one Durable Object. */
export class LocalFeed implements JobFeed {
  readonly #readers = new Map<string, Set<LocalReader>>()

  publish(jobId: string, news: JobNews): void {
    for (const reader of this.#readers.get(jobId) ?? []) reader.add(news)
  }

  isWatched(jobId: string): boolean {
    return [...(this.#readers.get(jobId) ?? [])].some((reader) => reader.wantsText)
  }

  subscribe(jobId: string, wanted: 'all' | 'commits' = 'all'): NewsReader {
    const readers = this.#readers.get(jobId) ?? new Set()
    const reader = new LocalReader(wanted === 'all', () => {
      readers.delete(reader)
      if (readers.size === 0) this.#readers.delete(jobId)
    })
    this.#readers.set(jobId, readers.add(reader))
    return reader
  }

  /** How many readers there are, of all jobs. */
  get size(): number {
    return [...this.#readers.values()].reduce((sum, { size }) => sum + size, 0)
  }
}

class LocalReader implements NewsReader {
  readonly wantsText: boolean
  readonly #leave: () => void
  #news: JobNews[] = []
  #text = 0
  #closed = false
  #waiting: (() => void) | null = null

  constructor(wantsText: boolean, leave: () => void) {
    this.wantsText = wantsText
    this.#leave = leave
  }

  add(news: JobNews): void {
    if (news.kind === 'text' && !this.wantsText) return
    const last = this.#news.at(-1)
    if (news.kind === 'committed') {
      if (last?.kind !== 'committed') this.#news.push(news)
    } else {
      if (this.#text + news.text.length > MOST_TEXT) return
      this.#text += news.text.length
      if (last?.kind === 'text') this.#news.splice(-1, 1, { kind: 'text', text: last.text + news.text })
      else this.#news.push(news)
    }
    this.#waiting?.()
  }

  async next(): Promise<readonly JobNews[]> {
    if (this.#news.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
      this.#waiting = null
    }
    const news = this.#news
    this.#news = []
    this.#text = 0
    return news
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#leave()
    this.#waiting?.()
  }
}
