const DAY_MS = 86_400_000

/** The date in that zone, such as `2026-11-30`. */
export function dateIn(timeZone: string, at: number): string {
  // The Swedish form of a date is that of ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)
}

/** The ISO 8601 week of a date: it belongs to the year of its Thursday. */
export function weekOf(date: string): string {
  const day = Date.parse(`${date}T00:00:00Z`)
  const weekday = (new Date(day).getUTCDay() + 6) % 7
  const thursday = new Date(day + (3 - weekday) * DAY_MS)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.floor((thursday.getTime() - first) / (7 * DAY_MS)) + 1
  return `${String(thursday.getUTCFullYear())}-W${String(week).padStart(2, '0')}`
}
