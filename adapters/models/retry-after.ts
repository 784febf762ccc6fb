import { retryAfterMs } from '#adapters/web/retry-after.ts'
import { type RefusalError, googleDelayIn } from './refusal.ts'

/** The longest wait that is taken from outside: a day. How long a job really waits is for `domain/job/retry.ts`. */
const LONGEST_MS = 86_400_000

const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/**
 * How long the provider asks us to wait: the longest of its header and its message; `undefined` when it does not ask.
 */
export function retryAfterMsIn({ head: { headers }, body, message }: RefusalError, now: number): number | undefined {
  const asked = [
    exactMs(headers['retry-after-ms']) ?? headerMs(headers['retry-after'] ?? '', now),
    durationMs(googleDelayIn(body)),
    durationMs(ASKING.exec(message)?.[1] ?? ''),
  ].filter((ms) => ms !== undefined)
  return asked.length === 0 ? undefined : Math.min(Math.max(0, ...asked), LONGEST_MS)
}

/** "Please try again in 1m30s", "retry after 20 seconds", "Please wait 5 min". */
const ASKING = /(?:try again|retry|wait)\b(?: in| after| for| at least)*\s*((?:\d+(?:\.\d+)?\s*[a-z]+\s*){1,4})/i

/** The milliseconds that OpenAI and Anthropic send beside `Retry-After`. */
function exactMs(value: string | undefined): number | undefined {
  const ms = Number(value ?? Number.NaN)
  return ms >= 0 && Number.isFinite(ms) ? ms : undefined
}

/** `Retry-After` as RFC 9110 has it, or as a duration with its unit. */
function headerMs(value: string, now: number): number | undefined {
  return retryAfterMs(value, now) ?? durationMs(value)
}

/** "37s", "7.66s", "20ms", "1m30s", "2 minutes". */
function durationMs(text: string): number | undefined {
  let total: number | undefined
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
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
  return /^(?:h|hrs?|hours?)$/.test(unit) ? UNITS.h : undefined
}
