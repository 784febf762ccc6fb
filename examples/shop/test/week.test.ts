import { expect, test } from 'vitest'
import { dateIn, weekOf } from '../campaigns/week.ts'

test.each([
  ['2026-11-30', '2026-W49'],
  ['2026-12-31', '2026-W53'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
  ['2024-12-30', '2025-W01'],
])('%s is in week %s', (date, week) => {
  expect(weekOf(date)).toBe(week)
})

test('the date is that of the zone', () => {
  expect(dateIn('Europe/Stockholm', Date.parse('2026-11-29T22:30:00Z'))).toBe('2026-11-29')
  expect(dateIn('Europe/Stockholm', Date.parse('2026-11-29T23:30:00Z'))).toBe('2026-11-30')
})
