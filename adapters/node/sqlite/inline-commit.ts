/** A disk that answers within this time is not worth a round trip to the writer thread. */
const FAST_MS = 1
/** Most commits in a row that use the thread before an inline commit is tried again. */
const MOST_SKIPPED = 127

/**
 * Decides which commits run inline, on the event loop, and which use the writer thread because the disk is slow.
 * One slow commit says little and many in a row say much. So each doubles the number of commits that use the thread
 * before the next inline one.
 */
export class InlineCommit {
  #skip = 0
  #left = 0

  /** To be called once for each commit: whether it runs inline. */
  isWorthwhile(): boolean {
    return this.#left-- <= 0
  }

  /** Records how long an inline commit took. */
  took(ms: number): void {
    this.#skip = ms > FAST_MS ? Math.min(2 * this.#skip + 1, MOST_SKIPPED) : 0
    this.#left = this.#skip
  }
}
