/** A disk that answers as soon as this is not worth the way to another thread and back. */
const QUICK_MS = 1
/** The longest stay away from a disk that is slow. */
const LONGEST = 127

/**
 * Says which commits take the way to another thread, because the disk is slow. One slow answer says little, and many in a row say much:
 * after each the detour is taken twice as often before the direct way is tried again.
 */
export class Detour {
  #length = 0
  #left = 0

  /** To be asked once for each commit: whether it takes the detour. */
  take(): boolean {
    return this.#left-- > 0
  }

  /** How long a commit on the direct way has taken. */
  tell(ms: number): void {
    this.#length = ms > QUICK_MS ? Math.min(2 * this.#length + 1, LONGEST) : 0
    this.#left = this.#length
  }
}
