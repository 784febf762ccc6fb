import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/limits.md'), 'utf8')

/** The value as the page says it, and the line of code that it comes from. */
const ROWS = [...PAGE.matchAll(/^\| ([^|]+) \| ([^|]+) \| [^|]+ \| `([^`]+)`: `([^`]+)` \|/gm)].map(
  ([, limit = '', value = '', file = '', code = '']) => ({ limit, value, file, code }),
)

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  days: 86_400_000,
  KiB: 1024,
  MiB: 1_048_576,
  MB: 1_000_000,
}
const NAMED: Readonly<Record<string, number>> = { DAY_MS: 86_400_000, HOUR_MS: 3_600_000 }

function saidIn(value: string): number {
  const [, digits = '', unit = ''] = /^([\d .]*\d)(?: ?([A-Za-z]+))?/.exec(value) ?? []
  return Math.round(Number(digits.replaceAll(' ', '')) * (UNITS[unit] ?? 1))
}

/** Of `maxRunMs: 300_000`, `.max(20)` or `RETAIN = 30 * DAY_MS`. */
function writtenIn(code: string): number {
  const factors = (/(?:[:=]|\.max\() ?([^)]+)/.exec(code)?.[1] ?? '').split(' * ')
  return factors.reduce((product, part) => product * (NAMED[part] ?? Number(part.replaceAll('_', ''))), 1)
}

test('the page has a row for each limit of a job', () => {
  expect(ROWS.length).toBeGreaterThan(25)
  expect(PAGE.match(/^\| /gm)).toHaveLength(ROWS.length + 1)
})

test.each(ROWS)('$limit: $value', ({ value, file, code }) => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(code)
  expect(saidIn(value)).toBe(writtenIn(code))
})
