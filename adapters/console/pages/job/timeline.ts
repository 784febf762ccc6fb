import { html } from 'hono/html'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { clockTime } from '../../view/time.ts'
import { CALL_ENTRIES } from './call-entries.ts'
import { Calls, type Entry } from './entry.ts'
import { outageLine, outages } from './outage.ts'
import { JOB_ENTRIES } from './job-entries.ts'

type Entries = Readonly<Record<string, ((data: never, calls: Calls) => Entry | null) | undefined>>

const ENTRIES: Entries = { ...JOB_ENTRIES, ...CALL_ENTRIES }

/** The events of a page, oldest first. */
export function timeline(events: readonly Stored[]): Html {
  const calls = new Calls(events)
  const failed = outages(events)
  const lines = events.flatMap((stored) => {
    const outage = failed.find(({ first, last }) => stored.id >= first.id && stored.id <= last.id)
    const shown = line(stored, calls, outage === undefined)
    return shown ? [{ shown, outage }] : []
  })
  const shown = lines.flatMap(({ shown: own, outage }, index) => {
    if (!outage) return own
    if (lines[index - 1]?.outage === outage) return []
    return outageLine(
      outage,
      lines.flatMap((one) => (one.outage === outage ? one.shown : [])),
    )
  })
  return html`<ol class="timeline">
    ${shown}
  </ol>`
}

/** @param isWhole whether what it says at length is shown. */
function line({ id, event, data }: Stored, calls: Calls, isWhole: boolean): Html | null {
  const make = ENTRIES[event] as ((data: object, calls: Calls) => Entry | null) | undefined
  // An event of a newer server: its name says more than nothing.
  const entry = make ? make({ id, ...data }, calls) : { tone: 'quiet' as const, title: event.replaceAll(/[._]/g, ' ') }
  if (entry === null) return null
  const { tone, title, note = '', body = '' } = entry
  return html`<li class="${tone}" id="e${String(id)}">
    <div class="entry">
      <b>${title}</b> <span class="dim">${note}</span> <span class="when">${clockTime(data.at)}</span>
    </div>
    ${isWhole ? body : ''}
  </li>`
}

/** Names of the events that a page listens to. */
export const EVENT_NAMES: readonly string[] = Object.keys(ENTRIES)
