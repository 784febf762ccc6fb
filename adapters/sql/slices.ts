/** For engines that limit the parameters of a statement. */
export function* slicesOf<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let first = 0; first < values.length; first += size) yield values.slice(first, first + size)
}
