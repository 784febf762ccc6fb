import { isAhead } from '../time/clock-step.ts'

/** The fields that every record has, beside its contents. */
export interface Stored {
  /** Begins with the prefix of its kind. */
  readonly id: string
  readonly tenantId: string
  /** 1 when it is made, and one more with each change. */
  readonly version: number
  /** Epoch ms. */
  readonly updatedAt: number
}

/**
 * A kind of record: one row of state that changes from time to time, such as a bulk operation. The history of a job
 * must be provable, so a job is a journal instead.
 */
export interface RecordKind<T extends Stored> {
  /** Under this name it is stored and woken, for ever. */
  readonly name: string
  /** What its ids begin with, before `_`, so that ids of two kinds never meet. */
  readonly prefix: string
  /** Of what is stored; see `domain/storage/format.ts`. */
  readonly format: number
  /** When it next needs attention (epoch ms); `null` where it waits for a caller alone. */
  nextWakeAt(record: T): number | null
  /**
   * Whether it only waits for some time to pass, and may be woken sooner. After the clock was set back, it would wait as
   * much longer. By default it waits for the time of day that is stored.
   */
  mayBeEarly?(record: T): boolean
  /** Whether nothing but its removal is to come. By default that is not known before it is gone. */
  isOver?(record: T): boolean
}

/**
 * Whether its time has come. A time that is not after the record's last change means at once. That also holds when the
 * clock was set back since, so that the change lies in the future.
 */
export function isDue<T extends Stored>(kind: RecordKind<T>, record: T, now: number): boolean {
  const at = kind.nextWakeAt(record)
  if (at === null) return false
  if (at <= Math.max(now, record.updatedAt)) return true
  return isAhead(record.updatedAt, now) && kind.mayBeEarly?.(record) === true
}
