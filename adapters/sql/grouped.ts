/** The result of one item of a group. */
export type Outcome<Result> = { readonly value: Result } | { readonly error: unknown }

/** The result of a batch: kept, rolled back because a guard failed, or rolled back because of an error. */
export type BatchOutcome = Outcome<boolean>

/** Does a group of things together, each for itself. An outcome for each, in their order. */
type Work<Item, Result> = (group: readonly Item[]) => Promise<readonly Outcome<Result>[]>

interface Waiting<Item, Result> extends PromiseWithResolvers<Result> {
  readonly item: Item
}

/**
 * Items that arrive while a group is in flight share the next one. Commits share a transaction and a sync (group
 * commit), and queries share a round trip.
 */
export class Grouped<Item, Result = boolean> {
  readonly #work: Work<Item, Result>
  readonly #begin: (first: () => void) => void
  #waiting: Waiting<Item, Result>[] = []
  #underWay = false

  /** @param begin says when the first group sets out where none is under way; at once unless given. */
  constructor(
    work: Work<Item, Result>,
    begin: (first: () => void) => void = (first) => {
      first()
    },
  ) {
    this.#work = work
    this.#begin = begin
  }

  add(item: Item): Promise<Result> {
    const waiting = { ...Promise.withResolvers<Result>(), item }
    this.#waiting.push(waiting)
    if (!this.#underWay) {
      this.#underWay = true
      this.#begin(() => void this.#workOff())
    }
    return waiting.promise
  }

  async #workOff(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        settle(group, await this.#work(group.map(({ item }) => item)))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#underWay = false
  }
}

function settle<Result>(group: readonly Waiting<unknown, Result>[], outcomes: readonly Outcome<Result>[]): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const outcome = outcomes[index] ?? {
      error: new RangeError('A group has returned fewer outcomes than it had items.'),
    }
    if ('value' in outcome) resolve(outcome.value)
    else reject(outcome.error)
  }
}
