import { vi } from 'vitest'

/** Tries until `check` no longer throws. `vi.waitFor` alone gives up after a second, which is short on a busy machine. */
export async function eventually<T>(check: () => T | Promise<T>, timeout = 30_000): Promise<T> {
  return vi.waitFor(check, { timeout })
}
