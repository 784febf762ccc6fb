import type { Statement } from './database.ts'

/** What became of a batch: kept, or undone because a guard failed, or undone because of an error. */
export type BatchOutcome = { readonly kept: boolean } | { readonly error: unknown }

/** Commits batches together; one that fails is undone by itself. An outcome for each, in their order. */
type CommitGroup = (group: readonly (readonly Statement[])[]) => Promise<readonly BatchOutcome[]>

interface WaitingBatch extends PromiseWithResolvers<boolean> {
  readonly statements: readonly Statement[]
}

/** Group commit: batches that arrive while a group is under way share the next one, and with it a transaction and a sync of the disk. */
export class GroupCommit {
  readonly #commit: CommitGroup
  readonly #begin: (first: () => void) => void
  #waiting: WaitingBatch[] = []
  #underWay = false

  /** @param begin says when the first group sets out where none is under way; at once unless given. */
  constructor(
    commit: CommitGroup,
    begin: (first: () => void) => void = (first) => {
      first()
    },
  ) {
    this.#commit = commit
    this.#begin = begin
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    const batch = { ...Promise.withResolvers<boolean>(), statements }
    this.#waiting.push(batch)
    if (!this.#underWay) {
      this.#underWay = true
      this.#begin(() => void this.#work())
    }
    return batch.promise
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        settle(group, await this.#commit(group.map(({ statements }) => statements)))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#underWay = false
  }
}

function settle(group: readonly WaitingBatch[], outcomes: readonly BatchOutcome[]): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const outcome = outcomes[index] ?? { error: new RangeError('A batch was committed and not told of.') }
    if ('kept' in outcome) resolve(outcome.kept)
    else reject(outcome.error)
  }
}
