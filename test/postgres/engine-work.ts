import type { SkewGuard } from '#adapters/postgres/clock-skew.ts'
import type { Work } from '#composition/node-storage.ts'

/** Work that is done as soon as it is begun. */
export const NOTHING: Work = {
  run: () => Promise.resolve(),
  deliver: () => Promise.resolve(null),
  expire: () => Promise.resolve(),
  operate: () => Promise.resolve(false),
  isLeftBehind: () => Promise.resolve(false),
  observeLeases: () => new Set(),
  stopIfCanceled: () => Promise.resolve(),
}

/** A clock that is right, for scenes whose clock stands still. */
export const NO_SKEW: SkewGuard = { check: () => Promise.resolve(), problem: null }
