import { html } from 'hono/html'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { clockTime } from '../../view/time.ts'
import { CALL_ENTRIES } from './call-entries.ts'
import { Calls, type Entry } from './entry.ts'
import { JOB_ENTRIES } from './job-entries.ts'

type Entries = Readonly<Record<string, ((data: never, calls: Calls) => Entry | null) | undefined>>

const ENTRIES: Entries = { ...JOB_ENTRIES, ...CALL_ENTRIES }

/** The events of a page, oldest first. */
export function timeline(events: readonly Stored[]): Html {
  const calls = new Calls(events)
  const lines = events.flatMap((stored) => line(stored, calls) ?? [])
  return html`<ol class="timeline">
    ${lines}
  </ol>`
}

function line({ id, event, data }: Stored, calls: Calls): Html | null {
  const make = ENTRIES[event] as ((data: object, calls: Calls) => Entry | null) | undefined
  // An event of a newer server: its name says more than nothing.
  const entry = make ? make({ id, ...data }, calls) : { tone: 'quiet' as const, title: event.replaceAll(/[._]/g, ' ') }
  if (entry === null) return null
  const { tone, title, note = '', body = '' } = entry
  return html`<li class="${tone}" id="e${String(id)}">
    <div class="entry">
      <b>${title}</b> <span class="dim">${note}</span> <span class="when">${clockTime(data.at)}</span>
    </div>
    ${body}
  </li>`
}

/** Names of the events that a page listens to. */
export const EVENT_NAMES: readonly string[] = Object.keys(ENTRIES)
