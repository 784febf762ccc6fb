/**
 * A date as HTTP writes it, in its old forms too (RFC 9110 §5.6.7), and RFC 3339. `Date.parse` would read far more, also
 * what is no date.
 */
const DATES =
  /(?:[a-z]{3}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d|[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4})(?: [+-]\d{4})?|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?/gi

/**
 * The delay of a `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date), in milliseconds from `now`. Some servers
 * give it a unit. Of a repeated header, the longest. `undefined` when it is none of them. It may be any number from 0:
 * who uses it must bound it.
 */
export function retryAfterMs(value: string, now: number): number | undefined {
  const numbers = value.split(/[,;]/).map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
  const given = numbers.filter((part) => part !== '')
  if (given.length > 0 && given.every((part) => /^\+?(?:\d+(?:\.\d*)?|\.\d+)$/.test(part))) {
    return Math.max(...given.map((part) => secondsMs(Number(part), now)))
  }
  const dates = [...value.matchAll(DATES)].map(([date]) => dateMs(date, now)).filter((ms) => ms !== undefined)
  return dates.length === 0 ? durationMs(value) : Math.max(...dates)
}

/** Some servers send the time itself where they are asked for seconds from now. */
function secondsMs(seconds: number, now: number): number {
  const isTime = seconds >= 1e9
  const isTimeInMs = seconds >= 1e12
  return isTime ? (isTimeInMs ? seconds : seconds * 1000) - now : seconds * 1000
}

function dateMs(date: string, now: number): number | undefined {
  const time = Date.parse(withZone(date))
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}

/** They are all in GMT, which not all of them say. */
function withZone(date: string): string {
  if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(date)) return date
  return /^\d/.test(date) ? `${date.replace(' ', 'T')}Z` : `${date} GMT`
}

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** "37s", "7.66s", "20ms", "1m30s", "2 minutes", "1 minute and 5 seconds". */
export function durationMs(text: string): number | undefined {
  let total: number | undefined
  // Begun at the first digit alone: a million digits would else be read a million times.
  for (const [, number = '', unit = ''] of text.matchAll(/(?<!\d)(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)/gi)) {
    const ms = unitMs(unit.toLowerCase())
    if (ms === undefined) break
    total = (total ?? 0) + Number(number) * ms
  }
  return total
}

function unitMs(unit: string): number | undefined {
  if (/^(?:ms|msecs?|millis(?:econds?)?|milliseconds?)$/.test(unit)) return UNITS.ms
  if (/^(?:s|secs?|seconds?)$/.test(unit)) return UNITS.s
  if (/^(?:m|mins?|minutes?)$/.test(unit)) return UNITS.m
  if (/^(?:h|hrs?|hours?)$/.test(unit)) return UNITS.h
  return /^(?:d|days?)$/.test(unit) ? UNITS.d : undefined
}
