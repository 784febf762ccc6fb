/** What became of a batch: kept, or undone because a guard failed, or undone because of an error. */
export type BatchOutcome = { readonly kept: boolean } | { readonly error: unknown }

/** Commits batches together; one that fails is undone by itself. An outcome for each, in their order. */
type CommitGroup<Batch> = (group: readonly Batch[]) => Promise<readonly BatchOutcome[]>

interface WaitingBatch<Batch> extends PromiseWithResolvers<boolean> {
  readonly batch: Batch
}

/** Group commit: batches that arrive while a group is under way share the next one, and with it a transaction and a sync of the disk. */
export class GroupCommit<Batch> {
  readonly #commit: CommitGroup<Batch>
  readonly #begin: (first: () => void) => void
  #waiting: WaitingBatch<Batch>[] = []
  #underWay = false

  /** @param begin says when the first group sets out where none is under way; at once unless given. */
  constructor(
    commit: CommitGroup<Batch>,
    begin: (first: () => void) => void = (first) => {
      first()
    },
  ) {
    this.#commit = commit
    this.#begin = begin
  }

  /** Whether it was kept. */
  add(batch: Batch): Promise<boolean> {
    const waiting = { ...Promise.withResolvers<boolean>(), batch }
    this.#waiting.push(waiting)
    if (!this.#underWay) {
      this.#underWay = true
      this.#begin(() => void this.#work())
    }
    return waiting.promise
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        settle(group, await this.#commit(group.map(({ batch }) => batch)))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#underWay = false
  }
}

function settle(group: readonly WaitingBatch<unknown>[], outcomes: readonly BatchOutcome[]): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const outcome = outcomes[index] ?? { error: new RangeError('A batch was committed and not told of.') }
    if ('kept' in outcome) resolve(outcome.kept)
    else reject(outcome.error)
  }
}
