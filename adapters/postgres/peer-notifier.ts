import type { JobFeed } from '#ports/job-feed.ts'
import { type Notice, Notices, type NoticesDeps } from './notices.ts'
import { SharedFeed } from './job-feed.ts'

/** What works in this process, as its peers see it. */
export interface Listener {
  /** There may be something of this kind to do. */
  scan(kind: string): void
  /** Has the attempt at a job stopped, if it is to stop. */
  stop(jobId: string): void
}

export type NeighboursDeps = Omit<NoticesDeps, 'onNotice'> & {
  /** News within this process. */
  readonly news: JobFeed
  readonly listener: Listener
}

/** The other processes on the same database: the notices from them and to them. */
export class PeerNotifier {
  readonly feed: SharedFeed
  readonly #notices: Notices
  readonly #listener: Listener

  constructor({ news, listener, ...deps }: NeighboursDeps) {
    this.#listener = listener
    this.#notices = new Notices({
      ...deps,
      onNotice: (notice) => {
        this.#hear(notice)
      },
    })
    const tell = (notice: Notice): void => {
      this.#notices.tell(notice)
    }
    this.feed = new SharedFeed({ local: news, clock: deps.clock, tell })
  }

  start(): Promise<void> {
    return this.#notices.start()
  }

  close(): void {
    this.#notices.close()
  }

  /** There is more to do of these kinds than this process has room for. */
  announce(kinds: readonly string[]): void {
    this.#notices.tell({ about: 'due', kinds })
  }

  /** Has the attempt at a job stopped wherever else it may be under way. */
  interrupt(jobId: string): void {
    this.#notices.tell({ about: 'stop', jobId })
  }

  #hear(notice: Notice): void {
    switch (notice.about) {
      case 'due':
        for (const kind of notice.kinds) this.#listener.scan(kind)
        return
      case 'stop':
        this.#listener.stop(notice.jobId)
        return
      case 'watch':
        this.feed.watch(notice.jobId, notice.text)
        return
      case 'news':
        this.feed.hear(notice.jobId, notice.news)
    }
  }
}
