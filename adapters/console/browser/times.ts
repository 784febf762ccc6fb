const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** Pages write times in UTC. Here they become relative to now or local, and the title has the rest. */
export function showTimes(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-relative], time[data-local]')) {
    const at = new Date(element.dateTime)
    const isLocal = 'local' in element.dataset
    element.title = isLocal ? `${element.dateTime} · ${fromNow(at)}` : `${at.toLocaleString()} · ${element.dateTime}`
    const text = isLocal ? at.toLocaleTimeString() : fromNow(at)
    // Written only when it differs: a change closes what is selected.
    if (element.textContent !== text) element.textContent = text
  }
}

function fromNow(at: Date): string {
  const seconds = (at.getTime() - Date.now()) / 1000
  const [unit, size] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? UNITS[3]
  // `5 min. ago` may end a sentence.
  return relative.format(Math.round(seconds / size), unit).replace('.', '')
}
