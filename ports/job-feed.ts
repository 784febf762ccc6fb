/** Live news of a job, for its current readers. Nothing of it is stored; the journal is. */
export type JobNews =
  /** Something was committed: read it from the journal. */
  | { readonly kind: 'committed' }
  /** The model is speaking. */
  | { readonly kind: 'text'; readonly text: string }

/** Live news of jobs. An implementation is correct when `test/contracts/job-feed.contract.ts` passes. */
export interface JobFeed {
  /** Never waits and never fails, however slow those who watch may be. */
  publish(jobId: string, news: JobNews): void

  /** Whether any reader wants the model's text. */
  isWatched(jobId: string): boolean

  /** News from now on, until `close()`: all of them, or of commits alone. */
  subscribe(jobId: string, wanted?: 'all' | 'commits'): NewsReader
}

export interface NewsReader {
  /** What has come since the last call, oldest first, at once or as soon as there is something; empty when closed. */
  next(): Promise<readonly JobNews[]>
  close(): void
}
