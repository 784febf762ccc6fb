import { vi } from 'vitest'

/** Far beyond what anything takes on a busy machine, and less than a test may take: so the check itself says what did not come. */
const NEVER_MS = 150_000

/** Tries until `check` no longer throws. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  // eslint-disable-next-line no-restricted-properties -- The one place that sets how long.
  return vi.waitFor(check, { timeout: NEVER_MS })
}
