import { morph } from './morph.ts'
import { showTimes } from './times.ts'

/** Reads this page again and puts in what has changed in its live parts, which are marked `data-live` and have ids. */
export async function refresh(): Promise<void> {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  // A session that has ended leads to the sign-in form, which belongs on a page of its own.
  if (response.redirected || !response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(part.id)
    if (fresh) morph(part, fresh)
  }
  showTimes()
}

/** Calls that come while one is under way become one more. */
function merged(work: () => Promise<void>): () => void {
  let running = false
  let again = false
  const run = (): void => {
    if (running) {
      again = true
      return
    }
    running = true
    again = false
    void work()
      .catch(() => undefined)
      .finally(() => {
        running = false
        if (again) run()
      })
  }
  return run
}

const POLL_MS = 5000
/** Lets a burst of events pass first. */
const PAUSE_MS = 250

export function watchPage(): void {
  const soon = merged(async () => {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    await refresh()
  })
  every(soon)
  const source = document.querySelector<HTMLElement>('[data-events]')
  if (source?.dataset['events']) follow(source.dataset['events'], source, soon)
}

/** Pages without events are read again every `data-refresh` seconds, while they are looked at. */
function every(soon: () => void): void {
  const seconds = Number(document.querySelector<HTMLElement>('[data-refresh]')?.dataset['refresh'])
  if (!(seconds > 0)) return
  setInterval(() => {
    if (!document.hidden && !isInUse()) soon()
  }, seconds * 1000)
}

/** A list does not move under a visitor who selects rows or fills in a form in it. */
function isInUse(): boolean {
  return document.querySelector('[data-live] :is(input, select, textarea):is(:focus, :checked)') !== null
}

/** Of a job: text comes as it is written, and each stored event refreshes the page. */
function follow(url: string, source: HTMLElement, soon: () => void): void {
  const events = new EventSource(url)
  // Refused for good, as when too many streams are open: the page is read again now and then.
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) setInterval(soon, POLL_MS)
  })
  events.addEventListener('text', ({ data }: MessageEvent<string>) => {
    const text = document.getElementById('live-text')
    if (text) text.textContent += (JSON.parse(data) as { text: string }).text
  })
  for (const name of (source.dataset['names'] ?? '').split(' ')) {
    events.addEventListener(name, () => {
      if (ENDS_TEXT.test(name)) document.getElementById('live-text')?.replaceChildren()
      soon()
      if (ENDS_JOB.test(name)) events.close()
    })
  }
}

const ENDS_TEXT = /^model_call\.|^job\./
const ENDS_JOB = /^job\.(?:completed|failed|canceled)$/
