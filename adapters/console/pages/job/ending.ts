import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import { withCode } from '#adapters/http/resources/errors/with-code.ts'
import { OF_STOPS } from '#domain/explanation/of-stops.ts'
import type { Html } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { remedyOf } from '../../view/remedy.ts'
import type { Visit } from '../../visit.ts'

type JobError = NonNullable<Job['error']>
type Report = NonNullable<Job['report']>

/** Why a job ended other than with a whole answer, and what to do, before all else of it. */
export function ending(visit: Visit, { error, status, report, cancelRequestedBy }: Job): Html | '' {
  if (error) return failure(visit, error)
  if (report) return html`${cutOff(report)} ${failedCalls(report)}`
  if (!cancelRequestedBy) return ''
  const by = actorName(cancelRequestedBy)
  if (status === 'canceled') return html`<p class="ask">Canceled by ${by}.</p>`
  return html`<p class="ask">${by} has canceled it. It ends when the call that is under way has ended.</p>`
}

function failure(visit: Visit, error: JobError): Html {
  return html`<div class="error">
    <p><strong>${error.message}</strong></p>
    <p>${remedyOf(error.code)} ${meaning(visit, error)}</p>
  </div>`
}

/** Leads to the page of the code. */
export function meaning({ outside }: Visit, { code }: Pick<JobError, 'code'>): Html {
  return html`<a href="${outside(`/errors/${code}`)}">What <code>${code}</code> means</a>`
}

function cutOff({ stopReason }: Report): Html | '' {
  const stop = OF_STOPS[stopReason]
  if (stop === null) return ''
  return html`<div class="ask">
    <p><strong>${stop.cause}</strong></p>
    <p>${withCode(stop.remedy)}</p>
  </div>`
}

/** The model has read why, and may have answered without what it asked for. */
function failedCalls({ toolCalls }: Report): Html | '' {
  const failed = toolCalls.filter(({ isError }) => isError)
  if (failed.length === 0) return ''
  const names = [...new Set(failed.map(({ name }) => name))].map((name) => html` <code>${name}</code>`)
  return html`<p class="ask">
    ${String(failed.length)} of ${String(toolCalls.length)} tool calls failed:${names}. The timeline says why; the model
    has read it, too.
  </p>`
}
