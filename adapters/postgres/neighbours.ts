import type { JobFeed } from '#ports/job-feed.ts'
import { type Notice, Notices, type NoticesDeps } from './notices.ts'
import { SharedFeed } from './shared-feed.ts'
import type { DueWork, QueueKind } from './wake-queue.ts'

/** What works in this process, as its neighbours see it. */
export interface Worker {
  /** There is something to do. Says whether there is room for it. */
  nudge(due: DueWork): boolean
  /** There may be something of this kind to do. */
  scan(kind: QueueKind): void
  /** Has the attempt at a job stopped, if it is to stop. */
  stop(jobId: string): void
}

const NOBODY: Worker = { nudge: () => false, scan: () => undefined, stop: () => undefined }

export type NeighboursDeps = Omit<NoticesDeps, 'onNotice'> & {
  /** News within this process. */
  readonly news: JobFeed
}

/** The other processes on the same database: what this one hears from them, and tells them. */
export class Neighbours {
  readonly feed: SharedFeed
  readonly #notices: Notices
  #worker = NOBODY

  constructor({ news, ...deps }: NeighboursDeps) {
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

  /** Who works here, where somebody does. */
  introduce(worker: Worker): void {
    this.#worker = worker
  }

  /** There is something to do: here if there is room, or else elsewhere. */
  announce(due: readonly DueWork[]): void {
    const tooMuch = due.filter((work) => !this.#worker.nudge(work)).map(({ kind }) => kind)
    if (tooMuch.length > 0) this.#notices.tell({ about: 'due', kinds: [...new Set(tooMuch)] })
  }

  /** Has the attempt at a job stopped wherever else it may be under way. */
  interrupt(jobId: string): void {
    this.#notices.tell({ about: 'stop', jobId })
  }

  #hear(notice: Notice): void {
    switch (notice.about) {
      case 'due':
        for (const kind of notice.kinds) this.#worker.scan(kind)
        return
      case 'stop':
        this.#worker.stop(notice.jobId)
        return
      case 'watch':
        this.feed.watch(notice.jobId, notice.text)
        return
      case 'news':
        this.feed.hear(notice.jobId, notice.news)
    }
  }
}
