import type { Stored } from '#domain/record/kind.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { Refusal } from './job-stub.ts'

/** What may be asked of a record's object. `C` are the commands that change records of its kind, and `A` what they answer. */
export interface RecordStub<T extends Stored, C = never, A = never> {
  create(record: T): Promise<CreatedRecord<T>>
  find(tenantId: string, id: string): Promise<T | null>
  /** Carries out a command. One that needs another time in the index changes nothing, unless it is `isListed`. */
  change(command: C, options: ChangeOptions): Promise<Changed<A>>
  /**
   * Ensures that the record is woken at its time. Returns when to check again (epoch ms), or `null` when it is gone or
   * was never stored.
   */
  lookAfter(): Promise<number | null>
  /** Does that for each of these records in its own object, this one included. Those that failed are left out. */
  lookAfterAll(ids: readonly string[]): Promise<readonly Looked[]>
}

/** `mayCreate` is the name of `isListed` in 0.1.0: objects and Workers of the two releases meet in a rollout. */
export interface ChangeOptions {
  readonly isListed?: boolean
  readonly mayCreate?: boolean
}

/** An answer, a refusal, or when the index is to check the record (epoch ms), before it is made or begins anew. */
export type Changed<A> = { readonly answer: A } | { readonly refusal: Refusal } | { readonly lookAt: number }

/** One record, and when to look after it next (epoch ms); `null` when it is gone. */
export interface Looked {
  readonly id: string
  readonly at: number | null
}

/** What the sweep needs of the objects of any kind. */
export interface SweptObjects {
  getByName(name: string): Pick<RecordStub<Stored>, 'lookAfterAll'>
}

/** Objects of any kind, each of which can be looked after. */
export interface LookedAfter {
  getByName(name: string): Pick<RecordStub<Stored>, 'lookAfter'>
}

export interface RecordNamespace<T extends Stored, C = never, A = never> {
  getByName(name: string): RecordStub<T, C, A>
}
