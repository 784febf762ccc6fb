import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import type { Visit } from '../../visit.ts'

/** Why a job ended other than with an answer, before all else of it. */
export function ending(visit: Visit, job: Job): Html | '' {
  const { error, status, report, cancelRequestedBy } = job
  if (error) return problem(visit, error)
  if (status === 'canceled') {
    return cancelRequestedBy ? html`<p class="ask">Canceled by ${actorName(cancelRequestedBy)}.</p>` : ''
  }
  const cut = report ? CUT[report.stopReason] : null
  return cut === null ? '' : html`<p class="ask">${cut}</p>`
}

const CUT: Readonly<Record<NonNullable<Job['report']>['stopReason'], string | null>> = {
  finished: null,
  max_iterations: 'It stopped early: it made as many model calls as its agent may (maxIterations).',
  length: 'The answer is cut off: the model reached its limit of tokens.',
  content_filter: 'The answer is cut off: the filter of the model’s provider stopped it.',
  other: 'The model stopped for a reason that its provider does not name.',
}

function problem(visit: Visit, { code, message }: NonNullable<Job['error']>): Html {
  return html`<div class="error">
    <p>${message}</p>
    <p>
      <a href="${visit.outside(`/errors/${code}`)}">What <code>${code}</code> means, and what to do</a>
    </p>
  </div>`
}
