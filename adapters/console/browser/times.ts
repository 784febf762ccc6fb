const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Shows each time relative to now, with the local one as its title. Pages write them in UTC. */
export function showTimes(within: ParentNode): void {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
  for (const element of within.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const at = Date.parse(element.dateTime)
    const seconds = (at - Date.now()) / 1000
    const [unit, size] = UNITS.find(([, most]) => Math.abs(seconds) >= most) ?? UNITS[3]
    element.textContent = format.format(Math.round(seconds / size), unit)
    element.title = new Date(at).toLocaleString()
  }
}
