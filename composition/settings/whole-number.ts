import * as z from 'zod'

/** A setting that counts something: digits and nothing else. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${String(least)} to ${String(most)}`
  return z.string().regex(/^\d+$/, error).transform(Number).pipe(z.number().min(least, error).max(most, error))
}
