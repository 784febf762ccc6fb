import { argumentsFrom } from './tool-arguments.ts'

// Some servers (Qianfan, DeepSeek behind gateways, gateways before Claude) send all of the arguments so far with each piece.

/** The last piece as long as each piece repeats all that came before it, else `null`. Begins with `''`. */
export function latestWith(latest: string | null, piece: string): string | null {
  if (piece === '' || latest === null) return latest
  return piece.startsWith(latest) ? piece : null
}

/** The arguments of a call out of `all` its pieces in a row: the latest alone, where that alone is JSON. */
export function wholeOf(all: unknown, latest: string | null): unknown {
  if (typeof all !== 'string' || latest === null || latest === all) return all
  return typeof argumentsFrom(all) === 'string' ? latest : all
}
