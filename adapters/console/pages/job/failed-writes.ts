import { html } from 'hono/html'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import type { DataOf } from './entry.ts'

/** Writes that came to nothing, or did not so far, by the events of a page, where nothing has happened to them since. */
export function failedWrites({ href, param }: Visit, events: readonly Stored[]): Html {
  const targets = new Map<string, string>()
  const failed = new Map<string, DataOf<'write.ended'>>()
  const deferred = new Map<string, DataOf<'write.deferred'>>()
  for (const { event, data } of events) {
    if (!event.startsWith('write.') || !('callId' in data)) continue
    failed.delete(data.callId)
    deferred.delete(data.callId)
    if (event === 'write.proposed' || event === 'write.begun') targets.set(data.callId, data.target)
    else if (event === 'write.deferred') deferred.set(data.callId, data)
    else if (event === 'write.ended' && WHY[data.outcome] !== undefined) failed.set(data.callId, data)
  }
  const waiting = [...deferred].map(
    ([callId, { problem, nextAt }]) =>
      html`<p class="ask">
        <strong>${targets.get(callId) ?? 'A write'} could not be written yet.</strong> ${problem} It is tried again
        ${time(nextAt)}.
      </p>`,
  )
  const notes = [...failed].map(
    ([callId, { outcome, problem = '' }]) =>
      html`<div class="ask">
        <p><strong>${targets.get(callId) ?? 'A write'} ${WHY[outcome]}</strong> ${problem}</p>
        <p>
          <a href="${href(`/proposals?job=${param('id')}&status=${outcome}`)}"
            >What was there, what was meant, and what to do now</a
          >
        </p>
      </div>`,
  )
  return html`${notes} ${waiting}`
}

const WHY: Readonly<Partial<Record<DataOf<'write.ended'>['outcome'], string>>> = {
  stale: 'was not written: something else is there by now.',
  failed: 'may not have been written.',
}
