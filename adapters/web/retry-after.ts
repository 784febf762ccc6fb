/**
 * A date as HTTP writes it, in its old forms too (RFC 9110 §5.6.7), and RFC 3339. `Date.parse` would read far more, also
 * what is no date.
 */
const DATES =
  /(?:[a-z]{3}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d|[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4})(?: [+-]\d{4})?|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?/gi

/**
 * The delay of a `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date), in milliseconds from `now`. Of a repeated
 * header, the longest. `undefined` when it is neither. It may be any finite number: who uses it must bound it.
 */
export function retryAfterMs(value: string, now: number): number | undefined {
  const numbers = value.split(/[,;]/).map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
  const given = numbers.filter((part) => part !== '')
  if (given.length > 0 && given.every((part) => /^\+?(?:\d+(?:\.\d*)?|\.\d+)$/.test(part))) {
    return Math.max(...given.map((part) => secondsMs(Number(part), now)))
  }
  const dates = [...value.matchAll(DATES)].map(([date]) => dateMs(date, now)).filter((ms) => ms !== undefined)
  return dates.length === 0 ? undefined : Math.max(...dates)
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
