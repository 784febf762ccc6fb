import type { LimitWindow } from '#domain/schedule/limit-window.ts'
import type { FireLimit } from '#domain/schedule/spec.ts'
import type { Decided } from '../record/change-record.ts'

/** A fire asks for a place under its limit. */
export interface TakePlace {
  readonly tenantId: string
  readonly limit: FireLimit
  /** The key of the fire. */
  readonly fire: string
}

/** Whether a fire has a place under its limit. A repeat of the same fire has the place that it has taken. Pure. */
export function takePlace(
  window: LimitWindow | null,
  { tenantId, limit, fire }: TakePlace,
  { id, now }: { readonly id: string; readonly now: number },
): Decided<LimitWindow, boolean> {
  const taken = window?.taken.filter(({ until }) => until > now) ?? []
  if (taken.some((other) => other.fire === fire)) return { answer: () => true }
  const windowMs = limit.perSeconds * 1000
  const counted = taken.filter(({ at }) => at > now - windowMs)
  if (counted.length >= limit.max) return { answer: () => false }
  const place = { fire, at: now, until: now + windowMs }
  const store = { id, tenantId, key: limit.key, version: 1, updatedAt: now, taken: [...taken, place] }
  return { store, answer: () => true }
}

/** What is done when no fire of a window counts any more: it is deleted. */
export function endOfWindow(): Promise<null> {
  return Promise.resolve(null)
}
