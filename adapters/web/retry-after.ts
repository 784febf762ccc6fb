/**
 * A date as HTTP writes it, in its old forms too (RFC 9110 §5.6.7), and RFC 3339. `Date.parse` would read far more, also
 * what is no date.
 */
const DATE =
  /[a-z]{3}, \d\d[ -][a-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d|[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}|\d{4}-\d\d-\d\dT[\d:.]+Z/i

/**
 * The delay of a `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date), in milliseconds from `now`. Of a repeated
 * header, the longest. `undefined` when it is neither. It may be any finite number: who uses it must bound it.
 */
export function retryAfterMs(value: string, now: number): number | undefined {
  const numbers = value.split(',').map((part) => part.trim())
  if (numbers.every((part) => /^\d+(?:\.\d+)?$/.test(part))) {
    return Math.max(...numbers.map((part) => secondsMs(Number(part), now)))
  }
  const date = DATE.exec(value)
  return date ? dateMs(date[0], now) : undefined
}

/** Some servers send the time itself where they are asked for seconds from now. */
function secondsMs(seconds: number, now: number): number {
  const isTime = seconds >= 1e9
  const isTimeInMs = seconds >= 1e12
  return isTime ? (isTimeInMs ? seconds : seconds * 1000) - now : seconds * 1000
}

function dateMs(date: string, now: number): number | undefined {
  // They are all in GMT, which not all of them say.
  const ms = Date.parse(date.endsWith('Z') ? date : `${date} GMT`) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
