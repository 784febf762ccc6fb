import { html } from 'hono/html'
import type { Delivery, JobSummary } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { actionButton } from '../../view/button.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'

/** The messages about a job that are tried no more; `null` where they were sent again meanwhile. @throws {ErrandError} */
export async function failedCallbacks(visit: Visit, { id }: JobSummary): Promise<Html | null> {
  const failed = (await visit.api.deliveries(id)).filter(({ status }) => status === 'failed')
  if (failed.length === 0) return null
  return html`${failed.map((delivery) => failedCallback(visit, id, delivery))}`
}

function failedCallback({ href, may }: Visit, jobId: string, { id, event, attemptCount, attempts }: Delivery): Html {
  const last = attempts?.at(-1)
  const path = `/jobs/${jobId}/deliveries/${encodeURIComponent(id)}/redeliver`
  return html`<section class="ask" id="callback-${id}">
    <p>
      <code>${event}</code> was tried ${attemptCount} times, last ${time(last?.at)}:
      ${last?.reason ?? (last?.status ? `HTTP ${String(last.status)}` : 'no answer')}
    </p>
    ${may('submit') ? actionButton({ action: href(path), label: 'Redeliver', kind: 'primary' }) : ''}
  </section>`
}
