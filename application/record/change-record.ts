import type { Stored } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { RecordStore } from '#ports/record-store.ts'

/** What a command makes of a record: one to store, which then gets its version and `updatedAt`, or nothing. */
export type Decided<T extends Stored, A> =
  { readonly store: T; readonly answer: (stored: T) => A } | { readonly answer: () => A }

export interface ChangeRecordDeps<T extends Stored, C, A> {
  readonly records: RecordStore<T>
  readonly clock: Clock
  /** Pure. @param record `null` where there is none. */
  readonly decide: (
    record: T | null,
    command: C,
    context: { readonly id: string; readonly now: number },
  ) => Decided<T, A>
}

/** How often other writers may be first. */
const MOST_TRIES = 20

/** Changes records by commands. Commands for the same record take turns in this process. */
export class ChangeRecord<T extends Stored, C, A> implements RecordCommands<C, A> {
  readonly #deps: ChangeRecordDeps<T, C, A>
  /** The last command of each record that is not done. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(deps: ChangeRecordDeps<T, C, A>) {
    this.#deps = deps
  }

  async execute(id: string, command: C): Promise<A> {
    const before = this.#last.get(id)
    const mine = (before ? before.then(nothing, nothing) : Promise.resolve()).then(() => this.#try(id, command))
    this.#last.set(id, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(id) === mine) this.#last.delete(id)
    }
  }

  async #try(id: string, command: C): Promise<A> {
    const { records, clock, decide } = this.#deps
    for (let left = MOST_TRIES; left > 0; left--) {
      const record = await records.load(id)
      const decided = decide(record, command, { id, now: clock.now() })
      if (!('store' in decided)) return decided.answer()
      const stored = await this.#store(record, decided.store)
      if (stored) return decided.answer(stored)
    }
    throw new VersionConflictError(id, 0)
  }

  /** `null` when another writer was first. */
  async #store(before: T | null, record: T): Promise<T | null> {
    const { records, clock } = this.#deps
    const changed = { ...record, version: (before?.version ?? 0) + 1, updatedAt: clock.now() }
    if (!before) return (await records.create(changed)).created ? changed : null
    try {
      await records.save(changed)
      return changed
    } catch (error) {
      if (error instanceof VersionConflictError) return null
      throw error
    }
  }
}

function nothing(): void {
  // The next command does not depend on how this one ended.
}
