/** Does `work` for every one, at most so many at a time; what comes of them is in their order. @throws what the first that fails throws. */
export async function inParallel<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const rest = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of rest) results[index] = await work(one)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
