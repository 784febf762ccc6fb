/** Deeper than any honest value, and far from where recursive code would overflow the stack. */
export const MOST_DEPTH = 100

/** Whether lists and objects stand in each other more than `MOST_DEPTH` levels deep. */
export function isTooDeep(value: unknown): boolean {
  return isDeeperThan(value, MOST_DEPTH)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}
