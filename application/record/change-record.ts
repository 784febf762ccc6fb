import type { Stored } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { RecordStore } from '#ports/record-store.ts'

/** What a command makes of a record: one to store, which then gets its version and `updatedAt`, or nothing. */
export type Decided<T extends Stored, A> =
  { readonly store: T; readonly answer: (stored: T) => A } | { readonly answer: () => A }

interface Stores<T extends Stored> {
  readonly records: Pick<RecordStore<T>, 'load' | 'create' | 'save'>
  readonly clock: Pick<Clock, 'now'>
}

/** How often other writers may be first: a wake may write a few times, and cannot do so for ever. */
const MOST_TRIES = 20

/**
 * Writes to a record from outside of its wake. `decide` is pure, gets `null` where there is none, and is asked again with
 * the newer record when another writer came first.
 * @throws what `decide` throws. {VersionConflictError} when other writers are first each time.
 */
export async function changeRecord<T extends Stored, A>(
  { records, clock }: Stores<T>,
  id: string,
  decide: (record: T | null, now: number) => Decided<T, A>,
): Promise<A> {
  for (let left = MOST_TRIES; left > 0; left--) {
    const record = await records.load(id)
    const decided = decide(record, clock.now())
    if (!('store' in decided)) return decided.answer()
    const changed = { ...decided.store, version: (record?.version ?? 0) + 1, updatedAt: clock.now() }
    if (await isFirst(records, record, changed)) return decided.answer(changed)
  }
  throw new VersionConflictError(id, 0)
}

/**
 * Changes some fields of a record; `decide` returns them, or `null` for no change.
 * @returns the record as it is then stored; `null` where there is none.
 * @throws like `changeRecord`.
 */
export function updateRecord<T extends Stored>(
  stores: Stores<T>,
  id: string,
  decide: (record: T) => Partial<T> | null,
): Promise<T | null> {
  return changeRecord<T, T | null>(stores, id, (record) => {
    const changes = record && decide(record)
    return changes ? { store: { ...record, ...changes }, answer: (stored) => stored } : { answer: () => record }
  })
}

export interface ChangeRecordDeps<T extends Stored, C, A> extends Stores<T> {
  /** Pure. @param record `null` where there is none. */
  readonly decide: (
    record: T | null,
    command: C,
    context: { readonly id: string; readonly now: number },
  ) => Decided<T, A>
}

/** Changes records by commands. Commands for the same record take turns in this process. */
export class ChangeRecord<T extends Stored, C, A> implements RecordCommands<C, A> {
  readonly #deps: ChangeRecordDeps<T, C, A>
  /** The last command of each record that is not done. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(deps: ChangeRecordDeps<T, C, A>) {
    this.#deps = deps
  }

  async execute(id: string, command: C): Promise<A> {
    const { decide } = this.#deps
    const before = this.#last.get(id)
    const mine = (before ? before.then(nothing, nothing) : Promise.resolve()).then(() =>
      changeRecord<T, A>(this.#deps, id, (record, now) => decide(record, command, { id, now })),
    )
    this.#last.set(id, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(id) === mine) this.#last.delete(id)
    }
  }
}

async function isFirst<T extends Stored>(
  records: Stores<T>['records'],
  before: T | null,
  changed: T,
): Promise<boolean> {
  if (!before) return (await records.create(changed)).created
  try {
    await records.save(changed)
    return true
  } catch (error) {
    if (error instanceof VersionConflictError) return false
    throw error
  }
}

function nothing(): void {
  // The next command does not depend on how this one ended.
}
