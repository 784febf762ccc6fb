import { vi } from 'vitest'

/** Far beyond what anything takes on a busy machine, and less than a test may take: what never comes is told by its check. */
const NEVER_MS = 150_000

/** Tries until `check` no longer throws. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  // eslint-disable-next-line no-restricted-properties -- The one place that sets how long.
  return vi.waitFor(check, { timeout: NEVER_MS })
}
