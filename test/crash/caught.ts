interface Look {
  /** Worlds of the seeds from 1 to this one. */
  readonly worlds: number
  /** Where so many have broken a promise, the others are not looked at. */
  readonly enough: number
}

/** How many worlds break a promise. */
export async function caught(
  { worlds, enough }: Look,
  simulate: (seed: number) => Promise<{ readonly violations: readonly unknown[] }>,
): Promise<number> {
  let found = 0
  for (let seed = 1; seed <= worlds && found < enough; seed++) {
    const { violations } = await simulate(seed)
    if (violations.length > 0) found++
  }
  return found
}
